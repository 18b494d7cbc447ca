/** Pools of workers, as the native server has them. */
export interface NativePool {
  name: string;
  slots: number;
  /** A worker gets a request only when it has begun all before it: what has not begun is in the line then. */
  exact: boolean;
  /** Requests in its line, for each I/O thread; null: limits.queued. */
  queued: number | null;
  /** Milliseconds in the line, 0 for any time; null: timeouts.queue. */
  maxWait: number | null;
  order: 'fifo' | 'newest-first';
  /** A text with variables: requests with different texts take turns. "" for none. */
  fair: string;
}

/** One pool, over all I/O threads. */
export interface NativePoolStats {
  name: string;
  /** Its slots are those from this one on. */
  firstSlot: number;
  slots: number;
  /** Gauges: workers that are there, and those of them that have requests. */
  workers: number;
  busy: number;
  /** Gauge: requests in its lines. */
  waiting: number;
  /** Gauge: milliseconds that the oldest of them has waited; 0: nobody waits. */
  oldestWait: number;
  /** Requests that went from the line to a worker, and the milliseconds that they had been in it. */
  waited: number;
  waitedMs: number;
  /** 503, for the line was full or the wait too long. */
  rejected: number;
}
