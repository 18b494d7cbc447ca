/**
 * An application that runs in this thread: one generation for good, because the thread keeps the modules that it has loaded. Main
 * thread, and the only case in which that touches a request.
 */
import type { Settings } from '../config/types.ts';
import type { GatewayApplication, RouteManifest, StaticDirectory } from '../gateway/contract.ts';
import type { InlineRun } from '../gateway/inline.ts';
import { UNKNOWN_GAUGES, type WorkerGauges } from '../gateway/worker/gauges.ts';
import type { Attachment, RunningApplication } from './application.ts';
import { type ErrorLog, shownError, shownRequest } from './error-log.ts';
import type { Runtime } from './runtime.ts';

export class InlineApplication implements RunningApplication {
  readonly kind: string;
  readonly manifest: RouteManifest | null;
  readonly generation = 1;
  readonly workers = [];
  readonly replace = null;
  readonly scale = null;
  readonly #run: InlineRun;

  /** Attaches it to slot 0 and publishes its routes. Rejects with the application's own error; nothing is left then. */
  static async start(
    application: GatewayApplication,
    staticDirectories: readonly StaticDirectory[],
    attachment: Attachment,
    { debug }: Settings,
    runtime: Runtime,
    log: ErrorLog,
  ): Promise<InlineApplication> {
    const rings = attachment.rings.filter((_, index) => index % attachment.slots === 0);
    const run = await runtime.startInline(runtime.native, attachment.serverId, rings, application, {
      debug,
      staticDirectories,
      onError: (report) => log.error(`${shownRequest(report.method, report.target)}: ${shownError(report)}`),
    });
    try {
      attachment.publish(application.manifest, 1, [1]);
    } catch (error) {
      await run.stop(0);
      throw error;
    }
    return new InlineApplication(application, run);
  }

  private constructor({ kind, manifest }: GatewayApplication, run: InlineRun) {
    this.kind = kind;
    this.manifest = manifest;
    this.#run = run;
  }

  kill(): boolean {
    return false;
  }

  gauges(): WorkerGauges {
    return UNKNOWN_GAUGES;
  }

  stop(limitMs: number): Promise<void> {
    return this.#run.stop(limitMs);
  }
}
