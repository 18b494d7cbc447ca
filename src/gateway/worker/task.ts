/**
 * What the supervisor hands to a worker thread and what it hears back. Plain data over structured clone.
 */
import type { MessagePort } from 'node:worker_threads';
import type { LogEntry } from '../../log/entry.ts';
import type { MemoryLimits } from './memory-watch.ts';
import type { RouteManifest, StaticDirectory } from '../contract.ts';

/** Argument of the one long task that each worker runs (src/gateway/worker.ts, default export). */
export interface WorkerTask {
  serverId: number;
  slot: number;
  /** Uint8Array over SharedArrayBuffer for each I/O thread, this slot's column. */
  rings: Uint8Array[];
  /** file: URL of the module whose default export is the application. */
  application: string;
  /** Its source as the configuration has it, for messages. */
  applicationName: string;
  /** Where WorkerMessage goes. Transferred. */
  port: MessagePort;
  /** Leads to the shared memory; see shared-memory/hub.ts. Transferred. */
  memory: MessagePort;
  /** To be taken when requests are about to come, by a thread that gave way to others while it loaded; null: it has it already. */
  scheduling: Scheduling | null;
  /** Of the application's code: the front sends requests that were routed by this generation's URLconf. */
  generation: number;
  /** Development: stacks in 500 answers. */
  debug: boolean;
  /** Beyond them the worker says that it is worn. */
  memoryLimits: MemoryLimits;
  /** Over a SharedArrayBuffer; see gauges.ts. */
  gauges: Float64Array;
  /** The rank of the log level in force, see log/worker-sink.ts. Shared memory. */
  logLevel: Int32Array;
  /** Bounds what is logged. Shared memory. */
  logFlow: Int32Array;
  /** For staticUrl(). */
  staticDirectories: readonly StaticDirectory[];
}

/** How the system schedules a thread. */
export interface Scheduling {
  /** null: as it is. */
  readonly niceness: number | null;
  /** For endShortTurns() of native/binding.ts. */
  readonly sliceNs: number;
}

/** Argument of what an entry for development does ahead of its task (preload.ts). */
export interface PreloadTask {
  /** file: URLs to import, in order. */
  modules: readonly string[];
  /** As those of the task. */
  staticDirectories: readonly StaticDirectory[];
}

/** The application is loaded and the slot attached: requests may come. */
export interface ReadyReport {
  type: 'ready';
  kind: string;
  manifest: RouteManifest | null;
}

/** For the error log: an application error that was answered with 500. */
export interface ErrorReport {
  type: 'error';
  method: string;
  target: string;
  message: string;
  stack: string;
}

export type WorkerMessage =
  | ReadyReport
  | ErrorReport
  /** Loading failed: the task rejects too. */
  | { type: 'failed'; message: string; stack: string }
  /** Its memory is beyond a limit, or nearly used up: another one should take its place. */
  | { type: 'worn'; reason: string }
  /** The application logged or printed something. */
  | { type: 'log'; entry: LogEntry };

/** Messages to the worker over the same port. */
export type WorkerCommand =
  /** Answer what was started, for at most this long, and leave. What is not answered then is cut by the front. */
  { type: 'stop'; answersMs: number };
