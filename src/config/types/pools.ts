/** Pools of workers: as written, and as the server runs on them. */
import type { Duration } from './quantities.ts';

/** Workers of their own for some routes: path('reports/', report, { pool: 'reports' }). */
export interface PoolConfig {
  /**
   * Worker threads. "auto": the processors that the I/O threads leave, at least 1. An object: as many as the waiting line needs.
   * Default: `workers` for "default", else 1.
   */
  workers?: number | 'auto' | ElasticWorkersConfig | undefined;
  queue?: PoolQueueConfig | undefined;
}

/** A number of workers that follows the waiting line. */
export interface ElasticWorkersConfig {
  /** At the start, and when there is little to do. Default: 1. */
  min?: number | undefined;
  /** Default: the processors that the I/O threads leave, at least `min`. */
  max?: number | undefined;
  /** One more when the oldest request in the line has waited longer than this at several looks. Default: 100ms. */
  wait?: Duration | undefined;
  /** One less when for so long nobody waited and some worker had nothing to do. Default: 1m. */
  idle?: Duration | undefined;
}

/** The line of a pool, on each I/O thread. */
export interface PoolQueueConfig {
  /** Requests in it: 503 beyond. Default: limits.queued. */
  length?: number | undefined;
  /** Longest wait: 503 beyond; 0: none. Default: timeouts.queue. */
  maxWait?: Duration | undefined;
  /** "newest-first": while the line does not become empty, the newest goes first. Default: "fifo". */
  order?: 'fifo' | 'newest-first' | undefined;
  /** A text with variables: requests with different texts take turns. "$remote_addr" for example. Default: none. */
  fair?: string | undefined;
}

export interface PoolSettings {
  readonly name: string;
  /** Threads that it has or starts with, 1 or more. */
  readonly workers: number;
  /** null: the number changes only by an operator's word. */
  readonly elastic: ElasticWorkers | null;
  readonly queue: PoolQueue;
}

/** Times in milliseconds. */
export interface ElasticWorkers {
  readonly min: number;
  readonly max: number;
  readonly wait: number;
  readonly idle: number;
}

/** null: as for the whole server. */
export interface PoolQueue {
  readonly length: number | null;
  readonly maxWait: number | null;
  readonly order: 'fifo' | 'newest-first';
  /** "" for none. */
  readonly fair: string;
}

/** The pool of routes that name none. */
export const DEFAULT_POOL = 'default';
