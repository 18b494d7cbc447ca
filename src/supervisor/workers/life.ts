/**
 * One life of a worker: from handing over the task to its end, whatever ends it. Main thread.
 *
 *   starting --'ready'--> ready --stop()--> draining --task resolves--> ended
 *       |                   |                   |
 *       '--- load failure, start limit, crash, abort() --------------> ended
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { FastServeError, loadFailure } from '../../errors.ts';
import type { SharedMemoryHub } from '../../gateway/shared-memory/index.ts';
import { monotonicMs } from '../../gateway/clock.ts';
import type { ErrorReport, ReadyReport, WorkerCommand, WorkerMessage, WorkerTask } from '../../gateway/worker/task.ts';
import type { LogEntry } from '../../log/entry.ts';
import { lostEntries, makeLogFlow, tookEntry } from '../../log/worker-sink.ts';
import type { WorkerThread } from './thread.ts';

/** How a life ended. error: null when the task resolved. readyMs: how long it served; undefined: it never was ready. */
export interface LifeEnd {
  readonly error: Error | null;
  readonly readyMs: number | undefined;
}

/** What all lives of a slot have in common. */
export type LifeTask = Omit<WorkerTask, 'port' | 'memory' | 'logFlow' | 'scheduling'>;

export interface LifeOptions {
  readonly thread: WorkerThread;
  readonly task: LifeTask;
  readonly memory: SharedMemoryHub;
  /** Milliseconds until it must be ready. */
  readonly startMs: number;
  /** Others serve while it loads. */
  readonly isAside: boolean;
  readonly onError: (report: ErrorReport) => void;
  /** What the application logs, in order. */
  readonly onLog: (entry: LogEntry) => void;
  /** So many entries behind the last one were dropped. */
  readonly onLogLoss: (count: number) => void;
  /** Called when the worker says that its memory is worn. */
  readonly onWorn: (reason: string) => void;
}

export class WorkerLife {
  /** Resolves when the worker takes requests; rejects with the reason when it ends before. */
  readonly ready: Promise<ReadyReport>;
  /** Never rejects. */
  readonly ended: Promise<LifeEnd>;
  readonly #options: LifeOptions;
  readonly #port: MessagePort;
  readonly #logFlow = makeLogFlow();
  readonly #abort = new AbortController();
  #readySince: number | undefined;
  #failure: FastServeError | undefined;
  #resolveReady!: (report: ReadyReport) => void;
  #rejectReady!: (error: Error) => void;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // The end is reported through `ended` too; nobody has to listen to both.
    this.ready.catch(() => {});
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: WorkerMessage) => this.#onMessage(message));
    this.ended = this.#run({ ...options.task, port: port2, memory: options.memory.connect(), logFlow: this.#logFlow });
  }

  /** Asks the worker to finish what it has, for at most `answersMs`, and to leave. */
  stop(answersMs: number): void {
    this.#port.postMessage({ type: 'stop', answersMs } satisfies WorkerCommand);
  }

  /** Ends the thread at once. */
  abort(): void {
    this.#abort.abort();
  }

  /** Ends the thread at once, with this reason. */
  fail(reason: FastServeError): void {
    this.#failure ??= reason;
    this.abort();
  }

  async #run(task: Omit<WorkerTask, 'scheduling'>): Promise<LifeEnd> {
    const timer = setTimeout(() => {
      this.fail(
        new FastServeError('FS_APP', `the application was not ready within ${this.#options.startMs} ms (timeouts.start). Make it load faster, or raise the limit.`),
      );
    }, this.#options.startMs);
    this.ready.then(() => clearTimeout(timer), () => clearTimeout(timer));
    let error: Error | null = null;
    try {
      await this.#options.thread.run(task, this.#abort.signal, this.#options.isAside);
    } catch (reason) {
      error = reason instanceof Error ? reason : new Error(String(reason));
    }
    return this.#end(error);
  }

  #end(taskError: Error | null): LifeEnd {
    // The task's result and these messages come by two ports: what the worker said last may still be waiting.
    for (let last = receiveMessageOnPort(this.#port); last !== undefined; last = receiveMessageOnPort(this.#port)) {
      this.#onMessage(last.message as WorkerMessage);
    }
    this.#port.close();
    this.#tellLoss(lostEntries(this.#logFlow));
    const error = this.#failure ?? taskError;
    this.#rejectReady(error ?? new FastServeError('FS_APP', 'the worker left before it was ready.'));
    return { error, readyMs: this.#readySince === undefined ? undefined : monotonicMs() - this.#readySince };
  }

  #tellLoss(count: number): void {
    if (count > 0) this.#options.onLogLoss(count);
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'ready':
        this.#readySince = monotonicMs();
        this.#resolveReady(message);
        break;
      case 'failed':
        this.#failure ??= loadFailure(message);
        break;
      case 'worn':
        this.#options.onWorn(message.reason);
        break;
      case 'log':
        this.#options.onLog(message.entry);
        this.#tellLoss(tookEntry(this.#logFlow, message.entry));
        break;
      case 'error':
        this.#options.onError(message);
        break;
    }
  }
}
