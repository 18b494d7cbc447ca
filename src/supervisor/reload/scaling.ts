/** How many workers the pools of a running server have: by an operator's word, or by their lines. Main thread. */
import type { NativePoolStats, NativeServer } from '../../native/binding.ts';
import type { RunningApplication } from '../application.ts';
import type { ErrorLog } from '../error-log.ts';
import { PoolScaler } from '../workers/pool-scaler.ts';
import { closingError, noPoolError, notElasticError, noWorkersError } from './outcome.ts';
import type { Reloader } from './reloader.ts';
import type { Turns } from './turns.ts';

export interface ScalingParts {
  readonly front: NativeServer;
  readonly application: RunningApplication | null;
  /** Has the settings, and keeps what becomes of them. */
  readonly reloader: Reloader;
  /** With reloads. */
  readonly turns: Turns;
  readonly isClosing: () => boolean;
  readonly log: ErrorLog;
}

export class Scaling {
  readonly #parts: ScalingParts;
  readonly #scaler: PoolScaler;

  constructor(parts: ScalingParts) {
    const { front, reloader, log } = parts;
    this.#parts = parts;
    this.#scaler = new PoolScaler({
      pools: reloader.settings.pools,
      look: () => front.pools(),
      size: (name) => reloader.settings.pools.find((pool) => pool.name === name)?.workers ?? 0,
      scale: (workers, pool) => this.#scaleInTurn(workers, pool),
      log,
    });
  }

  /** Pools follow their lines no further. */
  stop(): void {
    this.#scaler.stop();
  }

  /** As RunningServer.scale. */
  async scale(workers: number | 'auto', pool: string): Promise<void> {
    if (workers === 'auto') {
      if (!this.#scaler.pin(pool, false)) throw notElasticError(pool);
      return;
    }
    this.#scaler.pin(pool, true);
    await this.#scaleInTurn(workers, pool);
  }

  /** As RunningServer.poolStats. */
  stats(): (NativePoolStats & { pinned: boolean })[] {
    return this.#parts.front.pools().map((pool) => ({ ...pool, pinned: this.#scaler.isPinned(pool.name) }));
  }

  #scaleInTurn(workers: number, pool: string): Promise<void> {
    return this.#parts.turns.take(() => this.#scale(workers, pool));
  }

  async #scale(workers: number, pool: string): Promise<void> {
    const { application, reloader, isClosing } = this.#parts;
    if (application === null || application.scale === null) throw noWorkersError();
    if (isClosing()) throw closingError();
    const { pools } = reloader.settings;
    const index = pools.findIndex(({ name }) => name === pool);
    if (index === -1) throw noPoolError(pool, pools);
    try {
      await application.scale(Math.max(1, workers), index);
    } finally {
      reloader.keepWorkers(application.workers);
    }
  }
}
