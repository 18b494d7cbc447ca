/**
 * The workers of one generation that do the same work, each in a slot of its own while it lives. Main thread.
 *
 *   a worn worker: successor starts in a free slot ─► ready ─► the worn one gets nothing more ─► it ends what it has ─► its slot is free
 *                        '─ it fails: the worn one stays, and it is tried again later
 */
import type { ErrorLog } from '../error-log.ts';
import type { SlotTable } from './slot-table.ts';
import type { WorkerSlot } from './slot.ts';

export interface PoolOptions {
  readonly size: number;
  /** Where slots are taken from and given back to. */
  readonly slots: SlotTable;
  /** A worker for the slot, not yet started; `onWorn` is called again and again while it is worn. */
  readonly make: (slot: number, onWorn: (worker: WorkerSlot, reason: string) => void) => WorkerSlot;
  /** Keeps new requests from a slot's worker. */
  readonly drain: (slot: number) => void;
  /** For what a worn worker has begun, streams included. */
  readonly drainMs: number;
  /** For its stop hooks, behind its last answer. */
  readonly hooksMs: number;
  readonly log: ErrorLog;
}

const RETRY_MS = 10_000;

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #workers = new Map<WorkerSlot, number>();
  /** Those that leave for good and still finish what they have. */
  readonly #leaving = new Map<WorkerSlot, Promise<void>>();
  /** One worker is replaced at a time. */
  #renewal: Promise<void> | null = null;
  #notBefore = 0;
  /** Those that startNext() has not come to. */
  readonly #unstarted: WorkerSlot[];
  #size: number;
  #stopping = false;

  /** Takes its slots; RangeError when there are too few. */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#unstarted = options.slots.take(options.size).map((slot) => this.#add(slot));
  }

  /** Resolves when all are ready. Rejects with the application's own error; stop() then ends the others. `probe`: one at first. */
  async start(probe: boolean): Promise<void> {
    if (probe) await this.#unstarted.shift()?.start();
    await Promise.all(this.#unstarted.splice(0).map((worker) => worker.start()));
  }

  /**
   * Starts one worker more of those that it has slots for, and resolves when it is ready. `decides`: rejects with the application's own
   * error; else that is logged, and the worker tried again. False when all were started.
   */
  async startNext(decides: boolean): Promise<boolean> {
    const worker = this.#unstarted.shift();
    if (worker === undefined) return false;
    await (decides ? worker.start() : worker.startLater());
    return true;
  }

  /** The oldest worker gets nothing more and ends when it has answered what it has. Resolves then. */
  async retireOne(): Promise<void> {
    if (!this.#stopping) await this.#retire(this.#staying()[0]);
  }

  /** No worker gets new requests. */
  drain(): void {
    for (const slot of this.#workers.values()) this.#options.drain(slot);
  }

  /** Of workers that stay. */
  get size(): number {
    return this.#size;
  }

  /** One worker more. Rejects with the application's own error, or RangeError when no slot is free; nothing has changed then. */
  async grow(): Promise<void> {
    const [slot] = this.#options.slots.take(1) as [number];
    const worker = this.#add(slot);
    try {
      await worker.start();
    } catch (error) {
      await this.#end(worker, 0, 0);
      throw error;
    }
    this.#size++;
  }

  /** One worker less: the newest gets nothing more, and ends when it has answered what it has. There is more than one. */
  shrink(): void {
    void this.#retire(this.#staying().at(-1));
  }

  /** With their slots, the oldest first. */
  #staying(): [WorkerSlot, number][] {
    return [...this.#workers].filter(([worker]) => !this.#leaving.has(worker));
  }

  async #retire(one: [WorkerSlot, number] | undefined): Promise<void> {
    if (one === undefined) return;
    const [worker, slot] = one;
    const { drain, drainMs, hooksMs } = this.#options;
    this.#size--;
    drain(slot);
    const end = this.#end(worker, drainMs + hooksMs, drainMs).finally(() => this.#leaving.delete(worker));
    this.#leaving.set(worker, end);
    await end;
  }

  /** Ends the thread of the worker in this slot at once; another one starts there. False when there is none. */
  kill(slot: number): boolean {
    for (const [worker, its] of this.#workers) if (its === slot) return worker.kill();
    return false;
  }

  /** Lets each worker finish, see WorkerSlot.stop. Resolves when no thread is left and the slots are free. May be called again with less time. */
  async stop(limitMs: number, answersMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#workers.keys()].map((worker) => this.#end(worker, limitMs, answersMs)));
    await this.#renewal;
    await Promise.all(this.#leaving.values());
  }

  #add(slot: number): WorkerSlot {
    const worker = this.#options.make(slot, (worn, reason) => this.#renew(worn, reason));
    this.#workers.set(worker, slot);
    return worker;
  }

  async #end(worker: WorkerSlot, limitMs: number, answersMs: number): Promise<void> {
    await worker.stop(limitMs, answersMs);
    const slot = this.#workers.get(worker);
    if (slot === undefined) return;
    this.#workers.delete(worker);
    this.#options.slots.release([slot]);
  }

  #renew(worn: WorkerSlot, reason: string): void {
    const { slots } = this.#options;
    if (this.#stopping || this.#renewal !== null || slots.free === 0 || performance.now() < this.#notBefore) return;
    this.#renewal = this.#replace(worn, reason).finally(() => {
      this.#renewal = null;
    });
  }

  async #replace(worn: WorkerSlot, reason: string): Promise<void> {
    const { slots, drain, drainMs, hooksMs, log } = this.#options;
    const [slot] = slots.take(1) as [number];
    const next = this.#add(slot);
    try {
      await next.start();
    } catch (error) {
      await this.#end(next, 0, 0);
      this.#notBefore = performance.now() + RETRY_MS;
      if (!this.#stopping) log.warn(`${worn.name} stays, although ${reason}: its successor could not start: ${(error as Error).message}`);
      return;
    }
    if (this.#stopping) return;
    log.info(`${worn.name} gives way to ${next.name}: ${reason}`);
    drain(this.#workers.get(worn) as number);
    await this.#end(worn, drainMs + hooksMs, drainMs);
  }
}
