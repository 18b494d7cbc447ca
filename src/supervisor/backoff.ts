/** How long to wait before a worker that died is started again. */

const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** A worker that served this long is no part of a crash loop. */
const HEALTHY_MS = 500;

/** Counts quick deaths in a row: 0, 100, 200, 400 ... 10,000 ms. A life of half a second starts the count anew. */
export class Backoff {
  #next = 0;

  /** Milliseconds to wait after a life in which the worker was ready for `readyMs`. */
  next(readyMs: number): number {
    if (readyMs >= HEALTHY_MS) this.#next = 0;
    const delay = this.#next;
    this.#next = delay === 0 ? FIRST_MS : Math.min(delay * 2, LONGEST_MS);
    return delay;
  }
}
