/** Tells systemd what the process does (sd_notify(3)). Silent without NOTIFY_SOCKET. Main thread. */
import { native } from '../native/load.ts';
import type { RunningServer } from '../supervisor/running-server.ts';

/** Watchdog messages come this often within the time that systemd allows. */
const BEATS_PER_LIMIT = 3;

export class ServiceManager {
  readonly #socket: string;
  readonly #watchdogMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** Takes its variables out of `environment`, so that child processes do not speak for this one. */
  constructor(environment: NodeJS.ProcessEnv) {
    this.#socket = environment['NOTIFY_SOCKET'] ?? '';
    const isOurs = [undefined, String(process.pid)].includes(environment['WATCHDOG_PID']);
    const limitUs = Number(environment['WATCHDOG_USEC'] ?? '');
    this.#watchdogMs = isOurs && limitUs > 0 && limitUs < Number.MAX_SAFE_INTEGER ? limitUs / 1000 : 0;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC']) delete environment[name];
  }

  /** Requests are answered. From now on the watchdog hears of every time that all I/O threads and this one have turned. */
  ready(server: RunningServer, status: string): void {
    this.#send('READY=1', `STATUS=${status}`, `MAINPID=${process.pid}`);
    if (this.#socket === '' || this.#watchdogMs === 0 || this.#timer !== undefined) return;
    const beat = (): void => void server.runningRequests().then(() => this.#send('WATCHDOG=1'));
    this.#timer = setInterval(beat, this.#watchdogMs / BEATS_PER_LIMIT);
    this.#timer.unref();
  }

  /** A reload begins; ready() ends it, whatever came of it. */
  reloading(): void {
    // The clock is that of CLOCK_MONOTONIC, which Type=notify-reload compares with its own.
    this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`, 'STATUS=reloading');
  }

  stopping(status: string): void {
    clearInterval(this.#timer);
    this.#send('STOPPING=1', `STATUS=${status}`);
  }

  #send(...lines: string[]): void {
    if (this.#socket !== '') native().sendDatagram(this.#socket, lines.map((line) => line.replaceAll('\n', ' ')).join('\n'));
  }
}
