/**
 * What a worker tells about its thread, in memory that it shares with the main thread: nobody is woken, nothing is asked. The
 * worker's thread writes, the main thread reads.
 *
 * DESIGN: the time of the last writing is among the values. A worker that stands still writes nothing; how long it has can be
 * read from outside then, while it is stuck.
 */
import { monotonicMs } from '../clock.ts';

/** Bytes and milliseconds; -1 where it is not known. */
export interface WorkerGauges {
  /** Used of the JavaScript heap, and what it may become. */
  readonly heapBytes: number;
  readonly heapLimit: number;
  /** Held outside the heap: buffers. */
  readonly externalBytes: number;
  /** How late the event loop came to its last timer, or how long it is overdue for the next. */
  readonly loopLagMs: number;
}

export const UNKNOWN_GAUGES: WorkerGauges = { heapBytes: -1, heapLimit: -1, externalBytes: -1, loopLagMs: -1 };

/** The values of one worker; each is read and written alone, so a reader may see some of this look and some of the one before. */
const WRITTEN_AT = 0;
const LAG = 1;
const HEAP = 2;
const HEAP_LIMIT = 3;
const EXTERNAL = 4;
const COUNT = 5;

/** How often workers write. */
export const GAUGE_PERIOD_MS = 500;

/** Memory for so many workers, all unknown. */
export function makeGauges(workers: number): Float64Array<SharedArrayBuffer>[] {
  return Array.from({ length: workers }, () => new Float64Array(new SharedArrayBuffer(COUNT * Float64Array.BYTES_PER_ELEMENT)));
}

/** Forgets what a worker before has written. Main thread, while no worker has them. */
export function clearGauges(gauges: Float64Array): void {
  gauges.fill(0);
}

/** Called every GAUGE_PERIOD_MS by a timer of the worker, and once before. now: as monotonicMs(). */
export function writeGauges(gauges: Float64Array, memory: { heap: number; heapLimit: number; external: number }, now = monotonicMs()): void {
  const before = gauges[WRITTEN_AT] as number;
  gauges[LAG] = before === 0 ? 0 : Math.max(0, now - before - GAUGE_PERIOD_MS);
  gauges[HEAP] = memory.heap;
  gauges[HEAP_LIMIT] = memory.heapLimit;
  gauges[EXTERNAL] = memory.external;
  gauges[WRITTEN_AT] = now;
}

/** now: as monotonicMs(). */
export function readGauges(gauges: Float64Array, now = monotonicMs()): WorkerGauges {
  const [writtenAt = 0, lag = 0, heapBytes = 0, heapLimit = 0, externalBytes = 0] = gauges;
  if (writtenAt === 0) return UNKNOWN_GAUGES;
  const overdue = now - writtenAt - GAUGE_PERIOD_MS;
  return { heapBytes, heapLimit, externalBytes, loopLagMs: Math.round(Math.max(lag, overdue) * 10) / 10 };
}
