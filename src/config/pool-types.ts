/** Pools of workers: as written, and as the server runs on them. */

/** Workers of their own for some routes: path('reports/', report, { pool: 'reports' }). */
export interface PoolConfig {
  /** Worker threads. "auto": the processors that the I/O threads leave, at least 1. Default: `workers` for "default", else 1. */
  workers?: number | 'auto' | undefined;
}

export interface PoolSettings {
  readonly name: string;
  /** Threads, 1 or more. */
  readonly workers: number;
}

/** The pool of routes that name none. */
export const DEFAULT_POOL = 'default';
