/**
 * Gives elastic pools as many workers as their waiting lines need. Main thread; looks ten times a second, at counters only.
 *
 *   one more   the oldest request in the line has waited longer than `wait` at three looks in a row, and there are fewer than `max`
 *   one less   for `idle` nobody waited and some worker had nothing to do, and there are more than `min`
 *
 * DESIGN: by the wait and not by the length of the line, for only the wait says what clients feel; a line of a hundred requests
 * of a millisecond needs nobody. A pool is changed by one worker at a time, and looked at again when that one is ready.
 */
import type { PoolSettings } from '../../config/types/pools.ts';
import type { NativePoolStats } from '../../native/binding.ts';
import type { ErrorLog } from '../error-log.ts';

export interface ScalerOptions {
  readonly pools: readonly PoolSettings[];
  readonly look: () => readonly NativePoolStats[];
  /** Workers that the pool has when it is complete. */
  readonly size: (pool: string) => number;
  /** Brings it to this many; resolves when they are ready. */
  readonly scale: (workers: number, pool: string) => Promise<void>;
  readonly log: ErrorLog;
}

const LOOK_MS = 100;
const LOOKS_TO_GROW = 3;
/** After a worker that could not start. */
const RETRY_MS = 10_000;

interface Watched {
  readonly pool: PoolSettings;
  /** Of the pool, among all of them. */
  readonly index: number;
  isPinned: boolean;
  isChanging: boolean;
  looksOver: number;
  neededAt: number;
  notBefore: number;
}

export class PoolScaler {
  readonly #options: ScalerOptions;
  readonly #watched: readonly Watched[];
  readonly #timer: NodeJS.Timeout | undefined;

  /** Looks until stop(); does nothing where no pool is elastic. */
  constructor(options: ScalerOptions) {
    this.#options = options;
    const now = performance.now();
    this.#watched = options.pools.flatMap((pool, index) =>
      pool.elastic === null ? [] : [{ pool, index, isPinned: false, isChanging: false, looksOver: 0, neededAt: now, notBefore: 0 }],
    );
    if (this.#watched.length > 0) this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Keeps the number of the pool's workers as it is, or (false) lets it follow the line again. False when it is not elastic. */
  pin(name: string, isPinned: boolean): boolean {
    const watched = this.#watched.find(({ pool }) => pool.name === name);
    if (watched === undefined) return false;
    watched.isPinned = isPinned;
    watched.neededAt = performance.now();
    return true;
  }

  isPinned(name: string): boolean {
    return this.#watched.find(({ pool }) => pool.name === name)?.isPinned ?? false;
  }

  #look(): void {
    const stats = this.#options.look();
    for (const watched of this.#watched) {
      const now = stats[watched.index];
      if (now !== undefined && !watched.isChanging && !watched.isPinned) this.#judge(watched, now);
    }
  }

  #judge(watched: Watched, { waiting, oldestWait, workers, busy }: NativePoolStats): void {
    const { pool } = watched;
    if (pool.elastic === null) return;
    const { min, max, wait, idle } = pool.elastic;
    const now = performance.now();
    const size = this.#options.size(pool.name);
    if (waiting > 0 || busy >= workers) watched.neededAt = now;
    watched.looksOver = oldestWait > wait ? watched.looksOver + 1 : 0;
    if (watched.looksOver >= LOOKS_TO_GROW && size < max && now >= watched.notBefore) {
      void this.#change(watched, size + 1, `a request has waited ${oldestWait} ms`);
    } else if (now - watched.neededAt >= idle && size > min) {
      void this.#change(watched, size - 1, `${busy} of ${size} had work for ${Math.round(idle / 1000)} s`);
    }
  }

  async #change(watched: Watched, workers: number, why: string): Promise<void> {
    const { scale, log } = this.#options;
    const { name } = watched.pool;
    watched.isChanging = true;
    try {
      await scale(workers, name);
      log.info(`pool ${name}: ${workers} worker${workers === 1 ? '' : 's'}, for ${why}`);
    } catch (error) {
      watched.notBefore = performance.now() + RETRY_MS;
      log.warn(`pool ${name} stays as it is, although ${why}: ${(error as Error).message}`);
    }
    watched.isChanging = false;
    watched.looksOver = 0;
    watched.neededAt = performance.now();
  }
}
