/**
 * Says in the log what a worker is stuck in, while it is: the request and its route, and the JavaScript stack, taken from
 * outside. Main thread. One report for each time that a worker stands still; once a second for all workers of a server.
 */
import type { RouteManifest } from '../../gateway/contract.ts';
import type { NativeRunningRequest } from '../../native/binding.ts';
import { type ErrorLog, shownRequest } from '../error-log.ts';
import { stackText } from './stack-text.ts';

/** How a worker is looked at from outside. */
export interface Sight {
  /** Asks for its stack; false when it cannot be asked. */
  readonly request: () => boolean;
  /** The frames, innermost first, as the engine prints them; null when they have not come. */
  readonly take: () => string | null;
  /** Whether they have not come only because other threads have the cores. */
  readonly waitsForCore: () => boolean;
  /** The requests that it has, oldest first. */
  readonly running: () => Promise<readonly NativeRunningRequest[]>;
  /** Id of the route that such a request takes now, its index in the manifest; -1 for none. */
  readonly routeOf: (method: string, target: string) => number;
}

export interface StuckOptions {
  /** For log entries. */
  readonly name: string;
  readonly sight: Sight;
  /** timeouts.slow; 0: none. */
  readonly slowMs: number;
  readonly manifest: RouteManifest | null;
  readonly log: ErrorLog;
  /** Of the server: when it may report again. */
  readonly pace: ReportPace;
}

/** What a worker has. age: of the request, for an entry; slowMs: of its route, undefined where it has none of its own. */
interface Where {
  readonly text: string;
  readonly age: string;
  readonly slowMs: number | undefined;
}

const PAUSE_MS = 1000;

/** Keeps the reports of one server apart. */
export class ReportPace {
  #notBefore = 0;

  /** Whether a report may be made now; it counts as made. */
  take(): boolean {
    const now = performance.now();
    if (now < this.#notBefore) return false;
    this.#notBefore = now + PAUSE_MS;
    return true;
  }
}

/** A thread gives its stack within a few milliseconds, unless it is in native code or waits for a core. */
const STACK_WAIT_MS = 250;
const CORE_WAIT_MS = 5000;
const STACK_LOOK_MS = 5;

export class StuckReport {
  readonly #options: StuckOptions;
  /** The least time after which anybody is to be told; 0: never. */
  readonly firstMs: number;
  #done = false;
  #busy = false;
  /** What it had when it was first seen to stand: at its end the client has its 504 and the request is not listed any more. */
  #noted: Where | null = null;

  constructor(options: StuckOptions) {
    this.#options = options;
    const limits = [options.slowMs, ...(options.manifest?.routes ?? []).map(({ policy }) => policy?.slow ?? 0)];
    this.firstMs = Math.min(...limits.filter((limit) => limit > 0), Infinity);
  }

  /** The worker moves: what comes is a new report. */
  moved(): void {
    this.#done = false;
    this.#noted = null;
  }

  /** The worker has stood still for so long. */
  stands(stillMs: number): void {
    if (this.#done || this.#busy || this.firstMs === Infinity) return;
    if (this.#noted !== null && stillMs < this.firstMs) return;
    this.#busy = true;
    void this.#tell(stillMs).finally(() => {
      this.#busy = false;
    });
  }

  /** What it does, for the entry about its end: "" when that was told already. Takes a quarter of a second, where the worker has no core five. */
  async last(): Promise<string> {
    if (this.#done || this.firstMs === Infinity) return '';
    const where = this.#noted ?? (await this.#where());
    if ((where.slowMs ?? this.#options.slowMs) === 0) return '';
    const stack = await this.#stack();
    return `\nIt had ${where.text}${stack}`;
  }

  async #tell(stillMs: number): Promise<void> {
    const { name, slowMs, log, pace } = this.#options;
    const where = await this.#where();
    this.#noted ??= where;
    const limit = where.slowMs ?? slowMs;
    if (limit === 0 || stillMs < limit || !pace.take()) return;
    this.#done = true;
    const stack = await this.#stack();
    log.warn(`${name} has stood still for ${Math.round(stillMs)} ms (timeouts.slow: ${limit} ms) with ${where.text}${where.age}${stack}`);
  }

  /** The oldest request that is not a stream, with its route: which of several keeps the thread only the stack can tell. */
  async #where(): Promise<Where> {
    const { sight, manifest } = this.#options;
    const [request, ...others] = (await sight.running()).filter(({ streaming, target }) => !streaming && target !== '');
    if (request === undefined) return { text: 'no request', age: '', slowMs: undefined };
    const { method, target, ageMs } = request;
    const entry = manifest?.routes[sight.routeOf(method, target)];
    const shown = entry === undefined ? '' : ` (route ${JSON.stringify(entry.pattern)})`;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const text = `${shownRequest(method, target)}${shown}${more}`;
    return { text, age: `, there for ${Math.round(ageMs)} ms`, slowMs: entry?.policy?.slow };
  }

  async #stack(): Promise<string> {
    const { sight } = this.#options;
    const since = performance.now();
    if (!sight.request()) return '';
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, STACK_LOOK_MS));
      const frames = sight.take();
      if (frames !== null) return frames === '' ? '' : `\n${await stackText(frames)}`;
      const waited = performance.now() - since;
      if (waited > CORE_WAIT_MS || (waited > STACK_WAIT_MS && !sight.waitsForCore())) return '. It gives no stack: it waits in native code, for a file, a child process, or a core.';
    }
  }
}
