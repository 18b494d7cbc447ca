/**
 * Which worker slots of a server are taken. Main thread.
 *
 * There are more slots than workers: while a new generation gets ready the old one still serves, and what older ones have
 * left to do (streams, above all) goes on in slots of their own.
 */

/** Slots beyond twice the workers: for workers of older generations that still stream. A slot without a worker costs one descriptor. */
const SPARE_SLOTS = 4;

/** How many slots a server with this many worker threads has; one for an inline application or none. */
export function slotCount(workers: number): number {
  return workers === 0 ? 1 : 2 * workers + SPARE_SLOTS;
}

/** How many workers such a server may come to have: a generation that takes over needs as many slots again. */
export function mostWorkers(slots: number): number {
  return Math.floor(slots / 2);
}

export class SlotTable {
  readonly #free: number[];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => slot);
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
