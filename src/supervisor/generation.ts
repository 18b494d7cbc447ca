/**
 * One generation of the application's code: its workers, each in a slot of its own, from their first start to their end.
 * Main thread.
 *
 *   starting --all ready--> serving --stop()--> draining --last worker left, or the limit--> ended
 *       '---- one fails, or stop(): every worker is ended ----------------------------------> ended
 */
import type { RouteManifest, StaticDirectory } from '../gateway/contract.ts';
import type { SharedMemoryHub } from '../gateway/shared-memory/index.ts';
import type { ErrorLog } from './error-log.ts';
import type { ReadyReport } from './worker-life.ts';
import type { ThreadSource } from './thread-source.ts';
import { WorkerSlot } from './worker-slot.ts';
import type { Pulse } from './worker-watch.ts';

export interface GenerationOptions {
  /** Counts from 1. */
  readonly number: number;
  /** file: URL of the application's module. */
  readonly url: string;
  /** Slots that are this generation's until it has ended. */
  readonly slots: readonly number[];
  readonly staticDirectories: readonly StaticDirectory[];
}

/** What every generation of a server has in common. */
export interface WorkerSettings {
  readonly serverId: number;
  readonly threads: ThreadSource;
  /** Of a slot, one for each I/O thread. */
  readonly ringsOf: (slot: number) => Uint8Array[];
  /** What all workers share, generation after generation. */
  readonly memory: SharedMemoryHub;
  readonly startMs: number;
  readonly stuckMs: number;
  readonly debug: boolean;
  readonly answered: (slot: number) => number;
  readonly pulse: (slot: number) => Pulse;
  readonly log: ErrorLog;
}

export class Generation {
  readonly number: number;
  readonly slots: readonly number[];
  readonly #workers: WorkerSlot[];
  readonly #manifests: ManifestAgreement;

  constructor(options: GenerationOptions, settings: WorkerSettings) {
    const { number, url, slots, staticDirectories } = options;
    const { serverId, threads, ringsOf, memory, startMs, stuckMs, debug, answered, pulse, log } = settings;
    this.number = number;
    this.slots = slots;
    this.#manifests = new ManifestAgreement(log);
    this.#workers = slots.map(
      (slot) =>
        new WorkerSlot({
          thread: threads.take(),
          task: { serverId, slot, rings: ringsOf(slot), application: url, generation: number, debug, staticDirectories },
          memory,
          startMs,
          stuckMs,
          answered: () => answered(slot),
          pulse: () => pulse(slot),
          log,
          onReady: (report) => this.#manifests.add(slot, report),
        }),
    );
  }

  /** What its workers agreed on, once one of them was ready. */
  get kind(): string {
    return this.#manifests.agreed.kind;
  }
  get manifest(): RouteManifest | null {
    return this.#manifests.agreed.manifest;
  }

  /**
   * Resolves when all workers are ready. Rejects with the application's own error; nothing of it is left then.
   * `probe`: the others start only when the first one is ready, so that code that does not load costs one thread.
   */
  async start({ probe = false } = {}): Promise<void> {
    const [first, ...others] = this.#workers;
    try {
      if (probe) await first?.start();
      await Promise.all((probe ? others : this.#workers).map((worker) => worker.start()));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Lets each worker finish, see WorkerSlot.stop. Resolves when no thread is left. A later call with less time hurries it. */
  async stop(limitMs: number, answersMs = limitMs): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(limitMs, answersMs)));
  }
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
