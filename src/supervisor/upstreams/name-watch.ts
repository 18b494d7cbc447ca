/** Follows the names of one upstream's servers: asks again when their time to live is over. Main thread. */
import type { UpstreamResolve } from '../../config/types/checks.ts';
import { type NameSource, UNKNOWN_TTL_MS } from '../../config/resolve/name-source.ts';
import type { Endpoint } from '../../config/resolve/service-records.ts';
import type { ErrorLog } from '../error-log.ts';

const RETRY_MS = 5000;

export interface NameWatchParts {
  /** The upstream, for the log. */
  readonly upstream: string;
  readonly source: NameSource;
  readonly bounds: UpstreamResolve;
  readonly log: ErrorLog;
  /** A name leads there now. */
  readonly found: (name: string, endpoints: readonly Endpoint[]) => void;
}

export class NameWatch {
  readonly #parts: NameWatchParts;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failing = new Set<string>();

  constructor(parts: NameWatchParts) {
    this.#parts = parts;
  }

  /** These names, and no others, from now on. */
  follow(names: ReadonlySet<string>): void {
    for (const [name, timer] of this.#timers) {
      if (names.has(name)) continue;
      clearTimeout(timer);
      this.#timers.delete(name);
    }
    for (const name of names) {
      // What it has was asked for a moment ago, but not for how long it lasts.
      if (!this.#timers.has(name)) this.#schedule(name, 0);
    }
  }

  stop(): void {
    this.follow(new Set());
  }

  #schedule(name: string, delayMs: number): void {
    const timer = setTimeout(() => void this.#ask(name, timer), delayMs);
    timer.unref();
    this.#timers.set(name, timer);
  }

  /** A failure changes nothing: the last addresses are better than none. */
  async #ask(name: string, timer: NodeJS.Timeout): Promise<void> {
    const { source, bounds, log, found, upstream } = this.#parts;
    const within = (milliseconds: number) => Math.min(Math.max(milliseconds, bounds.min), bounds.max);
    let delayMs = within(RETRY_MS);
    try {
      const { endpoints, ttlMs } = await source.answer(name);
      if (this.#timers.get(name) !== timer) return;
      delayMs = within(ttlMs ?? UNKNOWN_TTL_MS);
      if (this.#failing.delete(name)) log.info(`upstream ${upstream}: ${name} can be resolved again`);
      found(name, endpoints);
    } catch (error) {
      if (this.#timers.get(name) !== timer) return;
      if (!this.#failing.has(name)) log.warn(`upstream ${upstream}: ${name} cannot be resolved (${(error as Error).message}); its last addresses stay`);
      this.#failing.add(name);
    }
    this.#schedule(name, delayMs);
  }
}
