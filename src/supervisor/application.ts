/** The two ways to run an application: in worker threads, or inline in the calling thread. Main thread. */
import { importModule, moduleUrl } from '../config/module.ts';
import type { Application, Settings } from '../config/types.ts';
import { FastServeError, loadFailure } from '../errors.ts';
import type { GatewayApplication, RouteManifest, StaticDirectory } from '../gateway/contract.ts';
import { SharedMemoryHub } from '../gateway/shared-memory/index.ts';
import { type ErrorLog, shownError, shownRequest } from './error-log.ts';
import type { Runtime } from './runtime.ts';
import type { ReadyReport } from './worker-life.ts';
import { WorkerSlot } from './worker-slot.ts';

/** A running application, as the server sees it. */
export interface RunningApplication {
  readonly kind: string;
  readonly manifest: RouteManifest | null;
  /** Ends it after the front has stopped; workers get at most `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** What it is attached to. rings: index ioThread * slots + slot. */
export interface Attachment {
  readonly serverId: number;
  readonly rings: readonly Uint8Array[];
  /** Requests that the workers of a slot have answered so far. */
  answered(slot: number): number;
  /** Whether the event loop of a slot's worker turns; see NativeServer.probeSlot. */
  turns(slot: number): boolean;
  readonly staticDirectories: readonly StaticDirectory[];
}

/** An application that needs only a front: compiled for the workers, or imported in this thread. */
export type PreparedApplication = { kind: 'module'; url: string } | { kind: 'inline'; application: GatewayApplication };

/** Does everything that can fail without a front. Throws FastServeError FS_BUNDLE or FS_APP, ConfigError for a missing module. */
export async function prepareApplication(app: Application, workers: number, runtime: Runtime): Promise<PreparedApplication> {
  if (app.kind === 'module' && workers > 0) return { kind: 'module', url: await moduleUrl(app.file) };
  const value = app.kind === 'inline' ? app.value : await importDefault(app.file);
  try {
    return { kind: 'inline', application: runtime.adapt(value, app.kind === 'inline' ? 'app' : app.shown) };
  } catch (error) {
    throw loadFailure(error as Error);
  }
}

async function importDefault(file: string): Promise<unknown> {
  try {
    return (await importModule(file)).default;
  } catch (error) {
    throw error instanceof FastServeError ? error : loadFailure(error as Error);
  }
}

/** Starts it. Rejects with the application's own error; nothing is left running then. */
export async function startApplication(
  prepared: PreparedApplication,
  attachment: Attachment,
  settings: Settings,
  runtime: Runtime,
  log: ErrorLog,
): Promise<RunningApplication> {
  if (prepared.kind === 'module') return startWorkers(prepared.url, attachment, settings, runtime, log);
  const { application } = prepared;
  const rings = attachment.rings.filter((_, index) => index % Math.max(1, settings.workers) === 0);
  const inline = await runtime.startInline(runtime.native, attachment.serverId, rings, application, {
    debug: false,
    staticDirectories: attachment.staticDirectories,
    onError: (report) => log.error(`${shownRequest(report.method, report.target)}: ${shownError(report)}`),
  });
  return { kind: application.kind, manifest: application.manifest, stop: () => inline.stop() };
}

async function startWorkers(
  url: string,
  attachment: Attachment,
  settings: Settings,
  runtime: Runtime,
  log: ErrorLog,
): Promise<RunningApplication> {
  const { serverId, staticDirectories } = attachment;
  const manifests = new ManifestAgreement(log);
  const memory = new SharedMemoryHub();
  const slots = Array.from({ length: settings.workers }, (_, slot) => {
    const rings = attachment.rings.filter((_, index) => index % settings.workers === slot);
    return new WorkerSlot({
      entry: runtime.workerEntry,
      task: { serverId, slot, rings, application: url, generation: 1, debug: false, staticDirectories },
      memory,
      startMs: settings.timeouts.start,
      stuckMs: settings.timeouts.request,
      answered: () => attachment.answered(slot),
      turns: () => attachment.turns(slot),
      log,
      onReady: (report) => manifests.add(slot, report),
    });
  });
  const stop = async (limitMs: number) => void (await Promise.all(slots.map((slot) => slot.stop(limitMs))));
  try {
    await Promise.all(slots.map((slot) => slot.start()));
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { ...manifests.agreed, stop };
}

/**
 * Routes are numbered by their place in the manifest, so all workers must have the same one. An application that builds
 * its URLconf from something random or outside gets a warning, for life after life.
 */
class ManifestAgreement {
  readonly #log: ErrorLog;
  #first: { slot: number; kind: string; manifest: RouteManifest | null; text: string } | undefined;

  constructor(log: ErrorLog) {
    this.#log = log;
  }

  add(slot: number, { kind, manifest }: ReadyReport): void {
    const text = JSON.stringify(manifest);
    this.#first ??= { slot, kind, manifest, text };
    if (text !== this.#first.text) {
      this.#log.warn(
        `worker ${slot} has other routes than worker ${this.#first.slot} had: requests may reach the wrong view. ` +
          'Make the URLconf the same in every load of the application.',
      );
    }
  }

  /** What the workers agreed on; there is one as soon as one was ready. */
  get agreed(): { kind: string; manifest: RouteManifest | null } {
    return { kind: this.#first?.kind ?? 'raw', manifest: this.#first?.manifest ?? null };
  }
}
