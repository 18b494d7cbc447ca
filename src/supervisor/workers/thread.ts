/**
 * The thread of one slot: a Piscina pool of exactly one worker. Main thread.
 *
 * DESIGN: one pool a slot and not one pool of N threads, because of how Piscina 5.3.2 fails. A task that fails leaves its
 * thread to the next task, and a thread whose import of the application failed keeps that failure in its module cache for
 * ever; Piscina cannot say which of its N threads that is. And a pool in which one thread failed to boot starts no
 * replacement any more and lets every later run() wait for ever. Both are cured by a new pool, and with one pool a slot
 * the cure does not touch the other workers. A crash (throw, process.exit, out of memory, abort) needs no new pool: the
 * next run() starts another thread. Piscina must not do that by itself (minThreads is 0): where the system has no room for a
 * thread, the constructor of Worker throws, in an event handler of Piscina's, which would end the process.
 *
 * Never close(): it counts one finished task several times and cuts others off. A worker that shall leave is told so
 * through its port, then destroy() ends the idle thread.
 */
import { getHeapStatistics } from 'node:v8';
import { Piscina } from 'piscina';
import type { PreloadTask, Scheduling, WorkerTask } from '../../gateway/worker/task.ts';
import { aside } from './aside.ts';

/** Options of Node that a worker must share with the process; others are refused by Worker or belong to the process. */
const SHARED_OPTIONS = /^--(?:import|require|conditions|loader|experimental-loader|no-warnings|trace-warnings|trace-uncaught)(?:=|$)/;
const SHORT_OPTIONS: Record<string, string> = { '-r': '--require', '-C': '--conditions' };

export class WorkerThread {
  readonly #entry: string;
  readonly #heapBytes: number;
  #pool: Piscina | null = null;
  #isSpoiled = false;
  /** Hears errors that belong to no task, for example of an aborted thread that still runs. */
  onStrayError: (error: Error) => void = () => {};

  /** entry: file: URL of the worker module. heapBytes: most that its heap may have; 0, or more than V8 gives: as V8 has it. */
  constructor(entry: string, heapBytes = 0) {
    this.#entry = entry;
    this.#heapBytes = heapBytes;
  }

  /** Starts the thread ahead of its first task, which waits for this one, in development. Throws when the system has no room for it. */
  preload(task: PreloadTask): void {
    this.#pool ??= this.#create(1);
    this.#pool.run(task, { name: 'preload' }).catch(() => (this.#isSpoiled = true));
  }

  /** Starts the thread ahead of its first task, with the worker module and nothing else. Throws when the system has no room for it. */
  begin(): void {
    this.#pool ??= this.#create(0);
    this.#pool.run({}, { name: 'begin' }).catch(() => (this.#isSpoiled = true));
  }

  /** What it should load ahead failed, or ended it. */
  get isSpoiled(): boolean {
    return this.#isSpoiled;
  }

  /**
   * Runs the task to its end; starts the thread when there is none. Rejects when the task throws, the thread dies or cannot be
   * had (ERR_WORKER_INIT_FAILED), or the signal aborts; in the last case the old thread may live a few milliseconds longer.
   * isAside: others serve meanwhile, and shall not notice that it starts.
   */
  async run(task: Omit<WorkerTask, 'scheduling'>, signal: AbortSignal, isAside = false): Promise<void> {
    this.#pool ??= this.#create(0);
    // Piscina's signal is one of our own: see #begin.
    const abort = new AbortController();
    const onAbort = () => abort.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) abort.abort();
    try {
      const pool = this.#pool;
      const begin = (scheduling: Scheduling | null) => this.#begin(pool, { ...task, scheduling }, abort.signal);
      await (isAside ? aside(begin) : begin(null));
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Throws at once when no thread can be had. Piscina still has the task then, with a promise that nobody could get: neither a
   * signal nor destroy() may reject it.
   */
  #begin(pool: Piscina, task: WorkerTask, signal: AbortSignal): Promise<void> {
    try {
      return pool.run(task, { signal, transferList: [task.port, task.memory] }) as Promise<void>;
    } catch (error) {
      // Without a thread there is nothing to destroy.
      this.#pool = null;
      throw error;
    }
  }

  /** Ends the thread at once, whatever it does. The next run() starts a new one. */
  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  #create(minThreads: 0 | 1): Piscina {
    const pool = new Piscina({
      filename: this.#entry,
      minThreads,
      maxThreads: 1,
      concurrentTasksPerWorker: 1,
      idleTimeout: Infinity,
      atomics: 'disabled',
      recordTiming: false,
      execArgv: sharedOptions(process.execArgv),
      ...(isSmaller(this.#heapBytes) && { resourceLimits: { maxOldGenerationSizeMb: Math.floor(this.#heapBytes / 1_048_576) } }),
    });
    // Without a listener they would end the process.
    pool.on('error', (error: Error) => this.onStrayError(error));
    return pool;
  }
}

/** Whoever has set --max-old-space-size smaller has said enough. */
function isSmaller(heapBytes: number): boolean {
  return heapBytes > 0 && heapBytes < getHeapStatistics().heap_size_limit;
}

/** The options among `given` that workers get too, each as one "--name=value" or "--name". */
export function sharedOptions(given: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const option = given[i] ?? '';
    const name = SHORT_OPTIONS[option] ?? option;
    if (!SHARED_OPTIONS.test(name)) continue;
    const takesValue = !name.includes('=') && !/^--(?:no-|trace-)/.test(name);
    const value = takesValue ? given[++i] : undefined;
    result.push(value === undefined ? name : `${name}=${value}`);
  }
  return result;
}
