/**
 * The end of a front, in its order. Main thread.
 *
 *   not ready, answers say Connection: close ──lame duck──► accepts no more ──grace──► what is left is cut
 *                                     hurry() ends the first and shortens the second
 */
import type { NativeServer } from '../native/binding.ts';

/** Workers get at least this long to run their stop hooks, even when the drain used up all the time. */
export const MIN_WORKER_STOP_MS = 1000;

export interface ShutdownTimes {
  /** How long clients and load balancers get to leave by themselves, milliseconds. */
  readonly lameDuckMs: number;
  /** How long requests under way may take then. */
  readonly graceMs: number;
}

export class Shutdown {
  readonly #front: NativeServer;
  /** Ends the lame-duck period. */
  #wake: () => void = () => {};
  #isStopping = false;
  #graceMs = Infinity;

  constructor(front: NativeServer) {
    this.#front = front;
  }

  /** Resolves when no socket and no I/O thread is left, with what remains of the grace, in milliseconds. Called once. */
  async run({ lameDuckMs, graceMs }: ShutdownTimes): Promise<number> {
    if (lameDuckMs > 0 && this.#graceMs === Infinity) {
      this.#front.lameDuck();
      await this.#rest(lameDuckMs);
    }
    const began = performance.now();
    const limitMs = Math.min(graceMs, this.#graceMs);
    this.#isStopping = true;
    await stopFront(this.#front, limitMs);
    return Math.min(limitMs, this.#graceMs) - (performance.now() - began);
  }

  /** Whatever it waits for, it waits for no longer than `graceMs` from now. */
  hurry(graceMs: number): void {
    this.#graceMs = Math.min(this.#graceMs, graceMs);
    if (this.#isStopping) this.#front.hurry(graceMs);
    else this.#wake();
  }

  async #rest(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Lets requests under way end for at most `graceMs`. Resolves when no socket and no I/O thread is left. */
export function stopFront(front: NativeServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => front.stop(graceMs, resolve));
}
