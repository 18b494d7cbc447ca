/** Looks at the memory of this thread's isolate, tells what it sees, and says when it is worn. A worker's thread. */
import { getHeapStatistics } from 'node:v8';
import { GAUGE_PERIOD_MS, writeGauges } from './gauges.ts';

/** Bytes; 0: none. */
export interface MemoryLimits {
  readonly heap: number;
  readonly external: number;
}

/** Of the heap's limit: beyond, V8 spends its time collecting and soon ends the thread. */
const NEAR_LIMIT = 0.85;

/**
 * Writes the gauges from now on, and calls `onWorn` once with the reason: a limit is passed in two looks in a row, or the heap is
 * nearly full. Returns what ends the looks.
 */
export function watchMemory(limits: MemoryLimits, gauges: Float64Array, onWorn: (reason: string) => void): () => void {
  let looksBeyond = 0;
  let isWorn = false;
  const look = () => {
    const { heap, heapLimit: most, external } = noteMemory(gauges);
    const full = heap > most * NEAR_LIMIT;
    const beyond = full || passes(heap, limits.heap) || passes(external, limits.external);
    looksBeyond = beyond ? looksBeyond + 1 : 0;
    if (isWorn || (!full && looksBeyond < 2)) return;
    isWorn = true;
    onWorn(wornBy(heap, most, external, limits));
  };
  // What loading has left behind is no wear yet.
  noteMemory(gauges);
  const timer = setInterval(look, GAUGE_PERIOD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function noteMemory(gauges: Float64Array): { heap: number; heapLimit: number; external: number } {
  const { used_heap_size: heap, heap_size_limit: heapLimit, external_memory: external } = getHeapStatistics();
  const memory = { heap, heapLimit, external };
  writeGauges(gauges, memory);
  return memory;
}

function passes(bytes: number, limit: number): boolean {
  return limit > 0 && bytes > limit;
}

function wornBy(heap: number, most: number, external: number, limits: MemoryLimits): string {
  if (passes(heap, limits.heap)) return `its heap holds ${megabytes(heap)} (recycle.heap: ${megabytes(limits.heap)})`;
  if (passes(external, limits.external)) return `it holds ${megabytes(external)} outside its heap (recycle.external: ${megabytes(limits.external)})`;
  return `its heap is nearly full: ${megabytes(heap)} of ${megabytes(most)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
