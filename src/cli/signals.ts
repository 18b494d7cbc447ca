/** INT and TERM: the first stops gracefully, the second at once. HUP loads the code again. */
import { shownError } from '../supervisor/error-log.ts';
import type { Reload } from '../supervisor/reload.ts';
import type { RunningServer } from '../supervisor/server.ts';
import { EXIT_FAILURE } from './exit-codes.ts';

/** Ends the process: with 0 after a graceful stop, with 1 when forced or when the stop failed. */
export function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(EXIT_FAILURE);
    stopping = true;
    const { inFlight, queued } = server.stats();
    const requests = inFlight + queued;
    const work = requests === 0 ? 'stopping' : `stopping: finishing ${requests} request${requests === 1 ? '' : 's'}`;
    process.stderr.write(`${work} (press Ctrl+C again to force)\n`);
    server.close().then(
      // Not left to an empty event loop: an inline application may hold timers and sockets of its own.
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`error: the server did not stop cleanly: ${String(error)}\n`);
        process.exit(EXIT_FAILURE);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
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

/** One entry in the error log for each signal that was heard: what the reload brought, or why the old code stays. */
export function reloadOnSignal(server: RunningServer): void {
  process.on('SIGHUP', () => {
    server.reload().then(
      (reload) => logReload(server, reload),
      (error: Error) => server.log.error(`reload failed, everything from before goes on: ${reasonOf(error)}`),
    );
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
