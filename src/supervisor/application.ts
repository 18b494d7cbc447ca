/** The two ways to run an application: in worker threads, or inline in the calling thread. Main thread. */
import type { Application, Settings } from '../config/types.ts';
import { FastServeError, loadFailure } from '../errors.ts';
import type { GatewayApplication, RouteManifest, StaticDirectory } from '../gateway/contract.ts';
import type { WorkerGauges } from '../gateway/worker/gauges.ts';
import type { NativeServerOptions } from '../native/binding.ts';
import type { ErrorLog } from './error-log.ts';
import { InlineApplication } from './inline-application.ts';
import type { Runtime } from './runtime.ts';
import type { Sight } from './workers/stuck-report.ts';
import { ThreadSource } from './workers/thread-source.ts';
import type { Pulse } from './workers/watch.ts';

/** A running application, as the server sees it. */
export interface RunningApplication {
  readonly kind: string;
  readonly manifest: RouteManifest | null;
  /** Of the code that gets new requests; counts from 1. */
  readonly generation: number;
  /** Threads of each pool; none when it runs in this one. */
  readonly workers: readonly number[];
  /**
   * Puts a new generation of code in the place of the running one. Rejects, and leaves the running one as it is, when the
   * new one does not load or its routes cannot be served. `settings` hold from then on. Not to be called again before it
   * settles. null: cannot be done, for the application runs in this thread, which keeps the modules that it has loaded.
   */
  readonly replace: ((source: GenerationSource, settings: Settings) => Promise<void>) | null;
  /**
   * Brings the number of workers of a pool, by its index, to this one, 1 or more. Rejects when there are no slots for so many, or
   * one cannot start. Not to be called while replace() or another scale() runs. null: there are none.
   */
  readonly scale: ((workers: number, pool: number) => Promise<void>) | null;
  /** Ends the thread of the worker in this slot; it is replaced. False when there is none. */
  kill(slot: number): boolean;
  /** What the worker in this slot tells about its thread. */
  gauges(slot: number): WorkerGauges;
  /** Ends it after the front has stopped; workers get at most `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** What one generation is made of. */
export interface GenerationSource {
  readonly prepared: PreparedApplication;
  readonly staticDirectories: readonly StaticDirectory[];
  /** The front's, when they change together with the code. */
  readonly options?: NativeServerOptions;
}

/** What it is attached to. rings: index ioThread * slots + slot. */
export interface Attachment {
  readonly serverId: number;
  readonly slots: number;
  /** Of these, by pool. */
  readonly pools: readonly number[];
  readonly rings: readonly Uint8Array[];
  /** Requests that the workers of a slot have answered so far. */
  answered(slot: number): number;
  /** What can be seen of the slot's worker now. */
  pulse(slot: number): Pulse;
  /** For reports of what it is stuck in. */
  sight(slot: number): Sight;
  /** Keeps new requests from the slot's worker. */
  drain(slot: number): void;
  /** Sends requests to this generation from now on, and with `since` to those from that one on, which have the same routes. Throws FastServeError FS_APP when its URLconf cannot be served. */
  publish(manifest: RouteManifest | null, generation: number, workers: readonly number[], options?: NativeServerOptions, since?: number): void;
}

/** An application that needs only a front: compiled for the workers (`name`: as the configuration has it), or imported in this thread. */
export type PreparedApplication = { kind: 'module'; url: string; name: string } | { kind: 'inline'; application: GatewayApplication };

/** Does everything that can fail without a front. Throws FastServeError FS_BUNDLE or FS_APP, ConfigError for a missing module. */
export async function prepareApplication(app: Application, workers: number, runtime: Runtime): Promise<PreparedApplication> {
  if (app.kind === 'module' && workers > 0) return { kind: 'module', url: await runtime.compile(app.file), name: app.shown };
  const value = app.kind === 'inline' ? app.value : await importDefault(app.file);
  try {
    return { kind: 'inline', application: await runtime.adapt(value, app.kind === 'inline' ? 'app' : app.shown) };
  } catch (error) {
    throw loadFailure(error as Error);
  }
}

async function importDefault(file: string): Promise<unknown> {
  try {
    const { importModule } = await import('../config/module.ts');
    return (await importModule(file)).default;
  } catch (error) {
    if (error instanceof FastServeError) throw error;
    const { withImportPlace } = await import('../gateway/worker/missing-import.ts');
    throw loadFailure(withImportPlace(error as Error));
  }
}

/** Starts it and publishes its routes; `threads`: some that were begun. Rejects with the application's own error; nothing is left running then. */
export async function startApplication(
  source: GenerationSource,
  attachment: Attachment,
  settings: Settings,
  runtime: Runtime,
  log: ErrorLog,
  threads = new ThreadSource(runtime.workerEntry, settings.workerHeap, runtime.preloading),
): Promise<RunningApplication> {
  if (source.prepared.kind === 'module') {
    const { WorkerApplication } = await import('./worker-application.ts');
    return WorkerApplication.start(source, attachment, settings, threads, log);
  }
  return InlineApplication.start(source.prepared.application, source.staticDirectories, attachment, settings, runtime, log);
}
