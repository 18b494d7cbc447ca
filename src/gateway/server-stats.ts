/** What a server tells of itself: the front's counters, and what its workers say about their threads. Main thread. */
import type { NativeStats, NativeWorkerStats } from '../native/binding.ts';
import { UNKNOWN_GAUGES, type WorkerGauges } from './worker/gauges.ts';

export interface ServerStats extends NativeStats {
  /** By slot. */
  workers: WorkerStats[];
}

/** One worker slot; gauges are -1 for one without a worker, and for an application in the thread of the server. */
export interface WorkerStats extends NativeWorkerStats, WorkerGauges {}

/** Adds the gauges of each slot to the counters. */
export function withGauges(stats: NativeStats, gauges: (slot: number) => WorkerGauges): ServerStats {
  const workers = stats.workers.map((worker, slot) => ({ ...worker, ...(worker.state === 'attached' ? gauges(slot) : UNKNOWN_GAUGES) }));
  return { ...stats, workers };
}
