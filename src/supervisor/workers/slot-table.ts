/**
 * Which worker slots of a pool are taken. Main thread.
 *
 * There are more slots than workers: while a new generation gets ready the old one still serves, and what older ones have
 * left to do (streams, above all) goes on in slots of their own.
 */
import type { PoolSettings } from '../../config/types/pools.ts';

/** Slots beyond twice the workers: for workers of older generations that still stream. A slot without a worker costs one descriptor. */
const SPARE_SLOTS = 4;

/** How many slots each pool has; one slot for an inline application or none. */
export function slotCounts(pools: readonly PoolSettings[]): number[] {
  return pools.length === 0 ? [1] : pools.map(({ workers, elastic }) => 2 * Math.max(workers, elastic?.max ?? 0) + SPARE_SLOTS);
}

/** How many workers a pool with so many slots may come to have: a generation that takes over needs as many slots again. */
export function mostWorkers(slots: number): number {
  return Math.floor(slots / 2);
}

export class SlotTable {
  readonly #free: number[];
  readonly count: number;

  /** Slots from `first` on. */
  constructor(count: number, first = 0) {
    this.count = count;
    this.#free = Array.from({ length: count }, (_, index) => first + index);
  }

  get free(): number {
    return this.#free.length;
  }

  /** The free slots with the lowest numbers. RangeError when there are fewer. */
  take(count: number): number[] {
    if (count > this.#free.length) throw new RangeError(`${count} slots wanted, ${this.#free.length} free`);
    return this.#free.splice(0, count);
  }

  /** Gives slots back whose workers have ended. */
  release(slots: readonly number[]): void {
    this.#free.push(...slots);
    this.#free.sort((a, b) => a - b);
  }
}
