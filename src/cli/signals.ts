/**
 * What signals do to `fastserve start`, in gunicorn's sense where it makes one; docs/operations.md has the table.
 *
 *   TERM  lame-duck period, then what is under way ends; a second one ends the period, one more the process
 *   INT   as TERM without the period: somebody sits before it
 *   QUIT  what is under way is cut
 *   HUP   configuration and code anew             USR1  the access log is opened again
 *   TTIN  one worker more                         TTOU  one worker less
 *   USR2  is refused with an entry in the error log: unheard it would end the process
 */
import { shownError } from '../supervisor/error-log.ts';
import type { Reload } from '../supervisor/reload/outcome.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { EXIT_FAILURE } from './exit-codes.ts';
import type { ServiceManager } from './service-manager.ts';

/** Ends a process with its server: by a signal or by command. */
export class Stopper {
  readonly #server: RunningServer;
  readonly #manager: ServiceManager;
  readonly #beforeExit: () => Promise<void>;
  #isLameDuck = false;
  #isStopping = false;

  /** beforeExit: behind the last answer, also when the stop failed. */
  constructor(server: RunningServer, manager: ServiceManager, beforeExit: () => Promise<void>) {
    this.#server = server;
    this.#manager = manager;
    this.#beforeExit = beforeExit;
  }

  listen(): void {
    process.on('SIGINT', () => this.#onSignal(() => this.stop({ lameDuck: 0 })));
    process.on('SIGTERM', () => this.#onSignal(() => this.stop({})));
    process.on('SIGQUIT', () => this.#onSignal(() => this.stop({ grace: 0, lameDuck: 0 })));
    process.on('SIGUSR2', () => this.#server.log.warn('SIGUSR2 does nothing here. docs/operations.md lists the signals and what to use instead.'));
    process.on('SIGTTIN', () => this.#scale(1));
    process.on('SIGTTOU', () => this.#scale(-1));
  }

  #scale(change: 1 | -1): void {
    const { log, settings } = this.#server;
    const wanted = Math.max(1, settings.workers + change);
    this.#server.scale(wanted).then(
      () => log.info(`${wanted} worker${wanted === 1 ? '' : 's'}`),
      (error: Error) => log.error(`the number of workers stays: ${error.message}`),
    );
  }

  /** Ends the process: with 0 after a graceful stop, with 1 when the stop failed. */
  stop(options: { grace?: number; lameDuck?: number }): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const lameDuck = options.lameDuck ?? this.#server.settings.shutdown.lameDuck;
    this.#isLameDuck = lameDuck > 0;
    this.#say(lameDuck);
    this.#server.close(options).then(
      // Not left to an empty event loop: an inline application may hold timers and sockets of its own.
      ({ cut }) => {
        if (cut > 0) process.stderr.write(`${cut} request${cut === 1 ? ' was' : 's were'} cut: the time to finish was over\n`);
        return this.#exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`error: the server did not stop cleanly: ${String(error)}\n`);
        return this.#exit(EXIT_FAILURE);
      },
    );
  }

  #onSignal(first: () => void): void {
    if (!this.#isStopping) return first();
    if (!this.#isLameDuck) process.exit(EXIT_FAILURE);
    this.#isLameDuck = false;
    void this.#server.close({ grace: this.#server.settings.shutdown.grace });
  }

  #say(lameDuck: number): void {
    const { inFlight, queued } = this.#server.stats();
    const requests = inFlight + queued;
    const work = requests === 0 ? 'stopping' : `stopping: finishing ${requests} request${requests === 1 ? '' : 's'}`;
    this.#manager.stopping(work);
    const rest = lameDuck > 0 ? `; new ones are taken for ${lameDuck / 1000} s more (a further signal ends that)` : ' (press Ctrl+C again to force)';
    process.stderr.write(`${work}${rest}\n`);
  }

  async #exit(code: number): Promise<void> {
    await this.#beforeExit();
    process.exit(code);
  }
}

/** INT, TERM and HUP: ends the process with 0 when `close` is through, with 1 when it fails or a second signal comes. */
export function endOnSignals(close: () => Promise<void>): void {
  let ending = false;
  const onSignal = (): void => {
    if (ending) process.exit(EXIT_FAILURE);
    ending = true;
    close().then(
      () => process.exit(0),
      () => process.exit(EXIT_FAILURE),
    );
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
}

/** HUP: one entry in the error log for each that was heard: what the reload brought, or why everything stays. */
export function reloadOnSignal(server: RunningServer, manager: ServiceManager): void {
  process.on('SIGHUP', () => {
    manager.reloading();
    void server
      .reload()
      .then(
        (reload) => logReload(server, reload),
        (error: Error) => server.log.error(`reload failed, everything from before goes on: ${reasonOf(error)}`),
      )
      .then(() => manager.ready(server, 'serving'));
  });
}

function logReload({ log, application }: RunningServer, { generation, workers, ms, restart }: Reload): void {
  const code = application === null ? '' : `: generation ${generation}, ${workers} worker${workers === 1 ? '' : 's'}`;
  log.info(`reloaded in ${ms} ms${code}`);
  if (restart.length > 0) log.warn(`the configuration changed ${restart.join(', ')}, which cannot change while the server runs. Restart it for that.`);
}

/** USR1, as gunicorn and nginx have it: what rotates log files has moved the access log away. */
export function reopenOnSignal(server: RunningServer): void {
  process.on('SIGUSR1', () => {
    server.reopenLog();
    server.log.info('the access log was opened again');
  });
}

/** The stack of an application's own error says where; that of others would only show our inside. */
function reasonOf(error: Error & { code?: string }): string {
  return error.code === 'FS_APP' && error.cause !== undefined ? shownError(error) : error.message;
}
