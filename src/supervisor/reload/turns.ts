/** Runs one after the other what must not happen at once: reloads, and changes of the number of workers. */

export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Begins `task` when those before it are over, however they ended. Gives its outcome. */
  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const outcome = this.#last.then(task);
    this.#last = outcome.then(() => {}, () => {});
    return outcome;
  }

  /** Resolves when all that have come until now are over; never rejects. */
  over(): Promise<void> {
    return this.#last;
  }
}
