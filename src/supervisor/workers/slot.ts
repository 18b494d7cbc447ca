/**
 * Keeps one slot of the queue manned: starts a worker, and another one whenever it dies. Main thread.
 *
 * The first start decides about the server, so its failure goes to the caller. Later ones are logged and tried again with
 * growing pauses; meanwhile the front gives the slot's requests to others or lets them wait.
 */
import type { Recycle } from '../../config/types/limits.ts';
import { FastServeError, loadFailure } from '../../errors.ts';
import type { SharedMemoryHub } from '../../gateway/shared-memory/index.ts';
import { clearGauges } from '../../gateway/worker/gauges.ts';
import type { ReadyReport } from '../../gateway/worker/task.ts';
import type { AppLog } from '../app-log.ts';
import { Backoff } from './backoff.ts';
import { type ErrorLog, shownError, shownRequest } from '../error-log.ts';
import { type LifeEnd, type LifeTask, WorkerLife } from './life.ts';
import { type ReportPace, type Sight, StuckReport } from './stuck-report.ts';
import type { WorkerThread } from './thread.ts';
import { type Pulse, WorkerWatch } from './watch.ts';
import { WorkerWear } from './wear.ts';

/** dead: no thread; a new one is started after a pause, unless the slot was stopped. */
export type SlotState = 'starting' | 'ready' | 'draining' | 'dead';

export interface SlotOptions {
  /** For log entries. */
  readonly name: string;
  /** The pool that it is of. */
  readonly pool: string;
  /** The slot's from now on. */
  readonly thread: WorkerThread;
  readonly task: LifeTask;
  /** Of the server: what its workers share. */
  readonly memory: SharedMemoryHub;
  readonly startMs: number;
  /** A worker whose event loop stands still this long is replaced; 0: never. */
  readonly stuckMs: number;
  readonly log: ErrorLog;
  readonly appLog: AppLog;
  /** Requests that workers of this slot have answered so far. */
  readonly answered: () => number;
  /** What can be seen of its worker. */
  readonly pulse: () => Pulse;
  /** Its requests and its stack. */
  readonly sight: Sight;
  /** A worker that stands still so long is reported; 0: none. */
  readonly slowMs: number;
  readonly pace: ReportPace;
  readonly recycle: Recycle;
  /** Called at every look while its worker is worn. */
  readonly onWorn: (worker: WorkerSlot, reason: string) => void;
  /** Called for every life that becomes ready. */
  readonly onReady: (report: ReadyReport) => void;
}

export class WorkerSlot {
  readonly #options: SlotOptions;
  /** For log entries. */
  readonly name: string;
  readonly #thread: WorkerThread;
  readonly #backoff = new Backoff();
  #life: WorkerLife | null = null;
  /** Of the life that is ready. */
  #wear: WorkerWear | null = null;
  #state: SlotState = 'dead';
  #supervision: Promise<void> = Promise.resolve();
  #stopping = false;
  #endPause: () => void = () => {};

  constructor(options: SlotOptions) {
    this.#options = options;
    this.name = options.name;
    this.#thread = options.thread;
    this.#thread.onStrayError = (error) => this.#onStrayError(error);
  }

  get state(): SlotState {
    return this.#state;
  }

  /** Starts the first worker. Rejects with the application's own error when it does not become ready; nothing is left then. */
  async start(): Promise<void> {
    const life = this.#begin(this.#isAside);
    try {
      await life.ready;
    } catch (error) {
      this.#state = 'dead';
      await this.#thread.destroy();
      throw startError(error as Error);
    }
    this.#supervision = this.#supervise(life);
  }

  /** Starts the first worker as every later one: a failure is logged, and it is tried again. Resolves when it is ready or has failed. */
  async startLater(): Promise<void> {
    if (this.#stopping) return;
    const life = this.#begin(this.#isAside);
    this.#supervision = this.#supervise(life);
    await life.ready.catch(() => {});
  }

  /** Ends the worker's thread at once, as if it had died. False when there is none. */
  kill(): boolean {
    if (this.#life === null) return false;
    this.#life.fail(new FastServeError('FS_APP', 'it was ended by the operator.'));
    return true;
  }

  /**
   * Lets the worker finish for at most `limitMs`, of it `answersMs` for requests under way, then ends its thread. Resolves
   * when no thread is left. May be called again while it runs, to make it shorter.
   */
  async stop(limitMs: number, answersMs = limitMs): Promise<void> {
    this.#stopping = true;
    this.#endPause();
    const life = this.#life;
    if (life !== null) {
      if (this.#state === 'ready') life.stop(answersMs);
      else if (this.#state !== 'draining') life.abort();
      this.#state = 'draining';
      if (!(await settlesWithin(life.ended, limitMs))) {
        this.#options.log.warn(`${this.name} did not stop within ${Math.round(limitMs)} ms and was ended`);
      }
    }
    await this.#thread.destroy();
    await this.#supervision;
    this.#state = 'dead';
  }

  /** Code that is to take over from other code: somebody serves. */
  get #isAside(): boolean {
    const { generation, debug } = this.#options.task;
    return generation > 1 && !debug;
  }

  #begin(isAside = false): WorkerLife {
    const { task, pool, memory, startMs, log, appLog, onReady } = this.#options;
    const origin = { worker: task.slot, pool };
    this.#state = 'starting';
    clearGauges(task.gauges);
    const life = new WorkerLife({
      thread: this.#thread,
      task,
      memory,
      startMs,
      isAside,
      onLog: (entry) => appLog.put(entry, origin),
      onLogLoss: (count) => appLog.putLoss(count, origin),
      onWorn: (reason) => this.#wear?.tell(reason),
      onError: (report) => log.error(`${this.name}: ${shownRequest(report.method, report.target)}: ${shownError(report)}`),
    });
    this.#life = life;
    life.ready.then((report) => {
      if (!this.#stopping) this.#state = 'ready';
      this.#watch(life, report);
      onReady(report);
    }, () => {});
    return life;
  }

  #watch(life: WorkerLife, { manifest }: ReadyReport): void {
    const { pulse, stuckMs, slowMs, sight, pace, log, recycle, answered, onWorn } = this.#options;
    const wear = new WorkerWear(recycle, answered);
    this.#wear = wear;
    const watch = new WorkerWatch({
      pulse,
      stuckMs,
      manifest,
      report: new StuckReport({ name: this.name, sight, slowMs, manifest, log, pace }),
      onStuck: (reason) => life.fail(reason),
      onLook: () => {
        if (this.#state === 'ready' && wear.reason !== undefined) onWorn(this, wear.reason);
      },
    });
    void life.ended.then(() => watch.stop());
  }

  async #supervise(first: WorkerLife): Promise<void> {
    for (let life = first; ; life = this.#begin()) {
      const before = this.#options.answered();
      const end = await life.ended;
      if (this.#stopping) return;
      this.#state = 'dead';
      this.#life = null;
      // A thread that failed to load keeps the failure in its module cache.
      if (end.readyMs === undefined) await this.#thread.destroy();
      const pauseMs = this.#backoff.next(this.#options.answered() > before);
      this.#logDeath(end, pauseMs);
      await this.#pause(pauseMs);
      if (this.#stopping) return;
    }
  }

  #logDeath(end: LifeEnd, pauseMs: number): void {
    const next = pauseMs === 0 ? 'starting another' : `starting another in ${pauseMs} ms`;
    const what = end.readyMs === undefined ? 'could not start' : 'died';
    this.#options.log.error(`${this.name} ${what}, ${next}: ${shownEnd(end.error)}`);
  }

  /** Waits; stop() ends the wait. */
  async #pause(milliseconds: number): Promise<void> {
    if (milliseconds === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = () => {};
  }

  #onStrayError(error: Error): void {
    if (!this.#stopping) this.#options.log.warn(`${this.name}, after its end: ${shownError(error)}`);
  }
}

const THREAD_EXIT = 'worker exited with code';

/** Errors without a code come from Piscina: of a thread that ended while it was loading the application. */
function startError(error: Error): FastServeError {
  if (error instanceof FastServeError) return error;
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_INIT_FAILED') {
    return new FastServeError('FS_SYSTEM', `the system has no room for another thread (${error.message}). Raise its limit (ulimit -u, pids.max), or start fewer workers.`);
  }
  if (!error.message.startsWith(THREAD_EXIT)) return loadFailure(error);
  return new FastServeError('FS_APP', `the application ended its thread while it was loaded (${error.message}). Remove the process.exit() from it.`);
}

function shownEnd(error: Error | null): string {
  if (error === null) return 'it left without being asked';
  // The stack of process.exit() in a worker shows only the pool.
  return error.message.startsWith(THREAD_EXIT) ? error.message : shownError(error);
}

/** Whether the promise settles in time. Leaves no timer behind. */
async function settlesWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
