/** How long to wait before a worker that died is started again. */

const FIRST_MS = 100;
const LONGEST_MS = 30_000;

/**
 * Counts useless lives in a row: 0, 100, 200, 400 ... 30,000 ms. A life that answered a request starts the count anew: its
 * successor is wanted at once, however short it was.
 */
export class Backoff {
  #next = 0;

  /** Milliseconds to wait after a life that answered requests, or none. */
  next(answered: boolean): number {
    if (answered) this.#next = 0;
    const delay = this.#next;
    this.#next = delay === 0 ? FIRST_MS : Math.min(delay * 2, LONGEST_MS);
    return delay;
  }
}
