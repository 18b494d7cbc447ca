/**
 * An application in worker threads, generation after generation. Main thread.
 *
 *   replace: new generation gets ready in free slots ─► routes published: the one switch ─► old one drains ─► its slots are free
 *                 '─ it fails: ended, nothing has changed
 *
 * DESIGN: what the old generation has begun it ends itself, in its own slots, for at most timeouts.drain. When a further
 * generation needs those slots earlier, the oldest one is cut: code that was just written must not wait for a stream.
 */
import type { Settings } from '../config/types.ts';
import type { RouteManifest } from '../gateway/contract.ts';
import { SharedMemoryHub } from '../gateway/shared-memory/index.ts';
import { makeGauges, readGauges, UNKNOWN_GAUGES, type WorkerGauges } from '../gateway/worker/gauges.ts';
import type { NativeServerOptions } from '../native/binding.ts';
import type { Attachment, GenerationSource, RunningApplication } from './application.ts';
import { AppLog } from './app-log.ts';
import type { ErrorLog } from './error-log.ts';
import { Generation, HOOKS_MS, type WorkerSettings } from './reload/generation.ts';
import { closingError, tooManyError } from './reload/outcome.ts';
import { beginRoll, completeRoll, isRolling } from './reload/rolling.ts';
import { withWorkers } from './reload/settings-change.ts';
import { mostWorkers, SlotTable } from './workers/slot-table.ts';
import { ReportPace } from './workers/stuck-report.ts';
import type { ThreadSource } from './workers/thread-source.ts';

export class WorkerApplication implements RunningApplication {
  readonly #attachment: Attachment;
  #settings: Settings;
  #workers: WorkerSettings;
  /** By pool. */
  readonly #slots: readonly SlotTable[];
  #current: Generation;
  /** The one that gets ready. */
  #next: Generation | null = null;
  /** Those that finish what they have, oldest first, with their ends. */
  readonly #draining = new Map<Generation, Promise<void>>();
  #stopping = false;
  #lastNumber = 1;

  /** Starts the first generation and publishes its routes. Rejects with the application's own error; nothing is left then. */
  static async start(source: GenerationSource, attachment: Attachment, settings: Settings, threads: ThreadSource, log: ErrorLog): Promise<WorkerApplication> {
    const application = new WorkerApplication(source, attachment, settings, threads, log);
    const first = application.#current;
    await first.start();
    try {
      application.#publish(first);
    } catch (error) {
      await first.stop(HOOKS_MS);
      throw error;
    }
    application.#workers.threads.prepare(source.staticDirectories);
    return application;
  }

  private constructor(source: GenerationSource, attachment: Attachment, settings: Settings, threads: ThreadSource, log: ErrorLog) {
    this.#attachment = attachment;
    this.#settings = settings;
    let first = 0;
    this.#slots = attachment.pools.map((count) => new SlotTable(count, (first += count) - count));
    this.#workers = {
      serverId: attachment.serverId,
      slots: this.#slots,
      threads,
      ringsOf: (slot) => attachment.rings.filter((_, index) => index % attachment.slots === slot),
      gauges: makeGauges(attachment.slots),
      memory: new SharedMemoryHub(),
      startMs: settings.timeouts.start,
      stuckMs: settings.timeouts.request,
      slowMs: settings.timeouts.slow,
      drainMs: settings.timeouts.drain,
      recycle: settings.recycle,
      debug: settings.debug,
      answered: (slot) => attachment.answered(slot),
      pulse: (slot) => attachment.pulse(slot),
      sight: (slot) => attachment.sight(slot),
      pace: new ReportPace(),
      drain: (slot) => attachment.drain(slot),
      log,
      appLog: new AppLog(settings.log.app),
    };
    this.#current = this.#make(1, source);
  }

  get kind(): string {
    return this.#current.kind;
  }
  get manifest(): RouteManifest | null {
    return this.#current.manifest;
  }
  get generation(): number {
    return this.#current.number;
  }
  get workers(): number[] {
    return this.#current.workers;
  }

  async replace(source: GenerationSource, settings: Settings): Promise<void> {
    await this.#makeRoom();
    if (this.#stopping) throw closingError();
    const before = [this.#settings, this.#workers] as const;
    this.#settings = settings;
    this.#workers = { ...this.#workers, startMs: settings.timeouts.start, stuckMs: settings.timeouts.request, slowMs: settings.timeouts.slow, drainMs: settings.timeouts.drain, recycle: settings.recycle };
    const next = this.#make(this.#lastNumber + 1, source);
    this.#next = next;
    const old = this.#current;
    const rolls = isRolling(settings);
    let since = next.number;
    try {
      if (rolls) since = await beginRoll(old, next, settings.pools);
      else await next.start({ probe: true });
      if (this.#stopping) throw closingError();
      this.#publish(next, source.options, since);
    } catch (error) {
      [this.#settings, this.#workers] = before;
      await next.stop(HOOKS_MS);
      throw this.#stopping ? closingError() : error;
    } finally {
      this.#next = null;
      this.#workers.threads.prepare(source.staticDirectories);
    }
    this.#lastNumber = next.number;
    this.#current = next;
    if (rolls) await this.#completeRoll(old, next, since);
    this.#retire(old);
  }

  /** What is left of `old` when this resolves is for #retire: nothing, unless it had more workers. */
  async #completeRoll(old: Generation, next: Generation, since: number): Promise<void> {
    if (since === next.number) old.drain();
    const completed = completeRoll(old, next, this.#settings.pools);
    this.#draining.set(old, completed);
    await completed;
    if (!this.#stopping) this.#publish(next);
  }

  async scale(workers: number, pool: number): Promise<void> {
    const most = mostWorkers(this.#attachment.pools[pool] ?? 0);
    if (workers > most) throw tooManyError(workers, most);
    try {
      await this.#current.scale(workers, pool);
    } finally {
      this.#settings = withWorkers(this.#settings, this.#current.workers);
      if (!this.#stopping) this.#publish(this.#current);
    }
  }

  kill(slot: number): boolean {
    return [this.#current, ...this.#draining.keys()].some((generation) => generation.kill(slot));
  }

  gauges(slot: number): WorkerGauges {
    const gauges = this.#workers.gauges[slot];
    return gauges === undefined ? UNKNOWN_GAUGES : readGauges(gauges);
  }

  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    await this.#workers.threads.close();
    const generations = [...this.#draining.keys(), this.#current];
    await Promise.all([...generations.map((generation) => generation.stop(limitMs)), this.#next?.stop(0)]);
    await Promise.all(this.#draining.values());
  }

  #make(number: number, { prepared, staticDirectories }: GenerationSource): Generation {
    if (prepared.kind !== 'module') throw new TypeError('a generation of workers is made of a module');
    return new Generation({ number, url: prepared.url, name: prepared.name, pools: this.#settings.pools, staticDirectories }, this.#workers);
  }

  #publish(generation: Generation, options?: NativeServerOptions, since = generation.number): void {
    this.#attachment.publish(generation.manifest, generation.number, generation.workers, options, since);
  }

  /** Ends the oldest generations that drain until a new one finds slots. */
  async #makeRoom(): Promise<void> {
    for (const [oldest, ended] of this.#draining) {
      if (this.#settings.pools.every(({ workers }, pool) => (this.#slots[pool]?.free ?? 0) >= workers)) return;
      this.#workers.log.info(`generation ${oldest.number} is cut short: its slots are needed`);
      await oldest.stop(0);
      await ended;
    }
  }

  #retire(old: Generation): void {
    old.drain();
    const { drain } = this.#settings.timeouts;
    const ended = old.stop(drain + HOOKS_MS, drain).then(() => void this.#draining.delete(old));
    this.#draining.set(old, ended);
  }
}
