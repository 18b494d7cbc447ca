/** Where workers get their threads from. Main thread. */
import { WorkerThread } from './worker-thread.ts';

export class ThreadSource {
  readonly #entry: string;
  readonly #keepsSpare: boolean;
  readonly #heapBytes: number;
  #spare: WorkerThread | null = null;
  #closed = false;

  /** entry: file: URL of the worker module. keepsSpare: prepare() does something. heapBytes: as WorkerThread. */
  constructor(entry: string, keepsSpare: boolean, heapBytes: number) {
    this.#entry = entry;
    this.#heapBytes = heapBytes;
    this.#keepsSpare = keepsSpare;
  }

  /** A thread of the caller's own: the spare one, or one that is started by its first task. */
  take(): WorkerThread {
    const thread = this.#spare ?? new WorkerThread(this.#entry, this.#heapBytes);
    this.#spare = null;
    return thread;
  }

  /** Starts a thread ahead, with the worker module loaded: half of what a small application needs to get ready. */
  prepare(): void {
    if (!this.#keepsSpare || this.#closed || this.#spare !== null) return;
    const spare = new WorkerThread(this.#entry, this.#heapBytes);
    try {
      spare.start();
      this.#spare = spare;
    } catch {
      // No room for it now: the task that needs a thread will say so.
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#spare?.destroy();
    this.#spare = null;
  }
}
