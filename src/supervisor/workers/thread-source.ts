/** Where workers get their threads from. Main thread. */
import type { StaticDirectory } from '../../gateway/contract.ts';
import { WorkerThread } from './thread.ts';

/** What a thread may load before its application is known. For development. */
export interface Preloading {
  /** file: URLs in the order of their import, as things are now. */
  modules(): readonly string[];
  /** Whether code that is started now has all of these modules. */
  fits(modules: readonly string[]): boolean;
}

interface Spare {
  readonly thread: WorkerThread;
  readonly modules: readonly string[];
}

export class ThreadSource {
  readonly #entry: string;
  readonly #heapBytes: number;
  readonly #preloading: Preloading | null;
  #spare: Spare | null = null;
  /** Begun for workers whose application is still looked for. */
  readonly #begun: WorkerThread[] = [];
  /** Ends of spares that did not fit. */
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  /** entry: file: URL of the worker module. heapBytes: as WorkerThread. preloading: null where prepare() does nothing. */
  constructor(entry: string, heapBytes: number, preloading: Preloading | null) {
    this.#entry = entry;
    this.#heapBytes = heapBytes;
    this.#preloading = preloading;
  }

  /**
   * Starts the threads that take() gives next, so that they come up while their application is compiled, or found compiled. Not in
   * development, where threads load ahead.
   */
  begin(count: number): void {
    if (this.#preloading !== null || this.#closed) return;
    try {
      while (this.#begun.length < count) {
        const thread = this.#make();
        thread.begin();
        this.#begun.push(thread);
      }
    } catch {
      // No room for it now: the task that needs a thread will say so.
    }
  }

  /** A thread of the caller's own: one that was begun, the spare one, or one that is started by its first task. */
  take(): WorkerThread {
    const begun = this.#begun.shift();
    if (begun?.isSpoiled === false) return begun;
    if (begun !== undefined) this.#discard(begun);
    const spare = this.#spare;
    this.#spare = null;
    if (spare === null) return this.#make();
    if (!spare.thread.isSpoiled && this.#preloading?.fits(spare.modules)) return spare.thread;
    this.#discard(spare.thread);
    return this.#make();
  }

  /** Starts a thread ahead, with the worker module and what else will be needed: most of the time in which one gets ready. */
  prepare(staticDirectories: readonly StaticDirectory[]): void {
    if (this.#preloading === null || this.#closed || this.#spare !== null) return;
    const thread = this.#make();
    const modules = this.#preloading.modules();
    try {
      thread.preload({ modules, staticDirectories });
      this.#spare = { thread, modules };
    } catch {
      // No room for it now: the task that needs a thread will say so.
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#spare !== null) this.#discard(this.#spare.thread);
    this.#spare = null;
    for (const thread of this.#begun.splice(0)) this.#discard(thread);
    await Promise.all(this.#ending);
  }

  #make(): WorkerThread {
    return new WorkerThread(this.#entry, this.#heapBytes);
  }

  #discard(thread: WorkerThread): void {
    const end = thread.destroy().finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }
}
