/** Runs an application in the calling thread, over the same queue as a worker (`workers: 0`). */
import type { NativeBinding } from '../native/binding.ts';
import { activateStaticFiles } from '../pipeline/static/index.ts';
import type { GatewayApplication, StaticDirectory } from './contract.ts';
import { QueueReader } from './queue/reader.ts';
import { localMemory } from './shared-memory/index.ts';
import { tuneEngine } from './worker/engine-settings.ts';
import { lentEnvironment } from './worker/lent-environment.ts';
import type { ErrorReport } from './worker/task.ts';

export interface InlineOptions {
  /** Development: stacks in 500 answers. */
  debug: boolean;
  /** For staticUrl(). */
  staticDirectories: readonly StaticDirectory[];
  /** Hears of each application error that was answered with 500. */
  onError(report: ErrorReport): void;
}

/** An application that is attached. */
export interface InlineRun {
  /** Resolves when everything is answered, or `limitMs` are over, and the slot is given back. */
  stop(limitMs: number): Promise<void>;
}

/** Starts the application and attaches it to slot 0. `rings`: one for each I/O thread. */
export async function startInline(
  native: NativeBinding,
  serverId: number,
  rings: Uint8Array[],
  application: GatewayApplication,
  options: InlineOptions,
): Promise<InlineRun> {
  const environment = lentEnvironment({ native, serverId, ...options, sharedMemory: localMemory() });
  activateStaticFiles(environment.staticDirectories);
  await application.start?.(environment);
  tuneEngine();
  const reader = QueueReader.attach(native, { serverId, slot: 0, generation: 1 }, rings, application.handle, environment);
  if (reader === null) throw new Error('slot 0 is taken: an inline application is attached once');
  return {
    async stop(limitMs) {
      await reader.idle(limitMs);
      reader.detach();
      await application.stop?.();
    },
  };
}
