/** Looks at the memory of this thread's isolate and says when it is worn. A worker's thread. */
import { getHeapStatistics } from 'node:v8';

/** Bytes; 0: none. */
export interface MemoryLimits {
  readonly heap: number;
  readonly external: number;
}

const LOOK_MS = 500;
/** Of the heap's limit: beyond, V8 spends its time collecting and soon ends the thread. */
const NEAR_LIMIT = 0.85;

/** Calls `onWorn` once with the reason: a limit is passed in two looks in a row, or the heap is nearly full. Returns what ends the looks. */
export function watchMemory(limits: MemoryLimits, onWorn: (reason: string) => void): () => void {
  let looksBeyond = 0;
  const timer = setInterval(() => {
    const { used_heap_size: heap, heap_size_limit: most, external_memory: external } = getHeapStatistics();
    const full = heap > most * NEAR_LIMIT;
    const beyond = full || passes(heap, limits.heap) || passes(external, limits.external);
    looksBeyond = beyond ? looksBeyond + 1 : 0;
    if (!full && looksBeyond < 2) return;
    clearInterval(timer);
    onWorn(wornBy(heap, most, external, limits));
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
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
