/**
 * One generation of the application's code: its workers, each in a slot of its own, from their first start to their end.
 * Main thread.
 *
 *   starting --all ready--> serving --stop()--> draining --last worker left, or the limit--> ended
 *       '---- one fails, or stop(): every worker is ended ----------------------------------> ended
 */
import type { Recycle } from '../../config/types/limits.ts';
import { DEFAULT_POOL, type PoolSettings } from '../../config/types/pools.ts';
import type { RouteManifest, StaticDirectory } from '../../gateway/contract.ts';
import type { SharedMemoryHub } from '../../gateway/shared-memory/index.ts';
import type { ReadyReport } from '../../gateway/worker/task.ts';
import type { AppLog } from '../app-log.ts';
import type { ErrorLog } from '../error-log.ts';
import type { ThreadSource } from '../workers/thread-source.ts';
import type { SlotTable } from '../workers/slot-table.ts';
import type { ReportPace, Sight } from '../workers/stuck-report.ts';
import { WorkerPool } from '../workers/pool.ts';
import { WorkerSlot } from '../workers/slot.ts';
import type { Pulse } from '../workers/watch.ts';

export interface GenerationOptions {
  /** Counts from 1. */
  readonly number: number;
  /** file: URL of the application's module. */
  readonly url: string;
  /** Its file as the configuration has it, for messages. */
  readonly name: string;
  readonly pools: readonly PoolSettings[];
  readonly staticDirectories: readonly StaticDirectory[];
}

/** What every generation of a server has in common. */
export interface WorkerSettings {
  readonly serverId: number;
  readonly threads: ThreadSource;
  /** By pool. */
  readonly slots: readonly SlotTable[];
  /** Of a slot, one for each I/O thread. */
  readonly ringsOf: (slot: number) => Uint8Array[];
  /** By slot: what its worker tells about its thread. */
  readonly gauges: readonly Float64Array[];
  /** What all workers share, generation after generation. */
  readonly memory: SharedMemoryHub;
  readonly startMs: number;
  readonly stuckMs: number;
  readonly slowMs: number;
  readonly drainMs: number;
  readonly recycle: Recycle;
  readonly debug: boolean;
  readonly answered: (slot: number) => number;
  readonly pulse: (slot: number) => Pulse;
  readonly sight: (slot: number) => Sight;
  readonly pace: ReportPace;
  readonly drain: (slot: number) => void;
  readonly log: ErrorLog;
  readonly appLog: AppLog;
}

type OnWorn = (worker: WorkerSlot, reason: string) => void;

/** For the stop hooks of a worker, behind its last answer. */
export const HOOKS_MS = 1000;

export class Generation {
  readonly number: number;
  readonly #pools: readonly WorkerPool[];
  readonly #manifests: ManifestAgreement;

  /** Takes its slots; RangeError when there are too few. */
  constructor(options: GenerationOptions, settings: WorkerSettings) {
    const { drain, drainMs, log, slots } = settings;
    this.number = options.number;
    this.#manifests = new ManifestAgreement(log);
    this.#pools = options.pools.map(({ name, workers }, index) => {
      const make = (slot: number, onWorn: OnWorn) => this.#worker(name, slot, options, settings, onWorn);
      return new WorkerPool({ size: workers, slots: slots[index] as SlotTable, drain, drainMs, hooksMs: HOOKS_MS, log, make });
    });
  }

  #worker(pool: string, slot: number, { number, url, name, staticDirectories }: GenerationOptions, settings: WorkerSettings, onWorn: OnWorn): WorkerSlot {
    const { serverId, threads, ringsOf, gauges, recycle, debug, answered, pulse, sight, log } = settings;
    const { heap, external } = recycle;
    return new WorkerSlot({
      ...settings,
      name: pool === DEFAULT_POOL ? `worker ${slot}` : `worker ${slot} of ${pool}`,
      pool,
      thread: threads.take(),
      task: {
        serverId, slot, rings: ringsOf(slot), gauges: gauges[slot] as Float64Array, application: url, applicationName: name, generation: number, debug, staticDirectories,
        memoryLimits: { heap, external }, logLevel: log.sharedLevel,
      },
      answered: () => answered(slot),
      pulse: () => pulse(slot),
      sight: sight(slot),
      onReady: (report) => this.#manifests.add(slot, report),
      onWorn,
    });
  }

  /** How many each of its pools has when it is complete. */
  get workers(): number[] {
    return this.#pools.map((pool) => pool.size);
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
    const [first, ...others] = this.#pools;
    try {
      if (probe) await first?.start(true);
      await Promise.all((probe ? others : this.#pools).map((pool) => pool.start(false)));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Starts one worker more of a pool, see WorkerPool.startNext. */
  startNext(index: number, decides: boolean): Promise<boolean> {
    return this.#pools[index]?.startNext(decides) ?? Promise.resolve(false);
  }

  /** Ends the oldest worker of a pool when it has answered what it has. */
  retireOne(index: number): Promise<void> {
    return this.#pools[index]?.retireOne() ?? Promise.resolve();
  }

  /** Starts or ends workers of a pool until there are this many. Rejects when one cannot start; those that could stay. */
  async scale(workers: number, index: number): Promise<void> {
    const pool = this.#pools[index];
    if (pool === undefined) return;
    while (pool.size < workers) await pool.grow();
    while (pool.size > workers) pool.shrink();
  }

  /** Ends the thread of the worker in this slot; it is replaced unless the generation drains. False when it has none there. */
  kill(slot: number): boolean {
    return this.#pools.some((pool) => pool.kill(slot));
  }

  /** Its workers get no new requests. */
  drain(): void {
    for (const pool of this.#pools) pool.drain();
  }

  /**
   * Lets each worker finish, see WorkerSlot.stop. Resolves when no thread is left and its slots are free. A later call with
   * less time hurries it.
   */
  async stop(limitMs: number, answersMs = limitMs): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.stop(limitMs, answersMs)));
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
