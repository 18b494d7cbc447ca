/**
 * A reload worker by worker, where there is no room for two generations. Main thread.
 *
 *   begin     the first new worker of each pool gets ready ─► the new routes are published       '─ it fails: nothing has changed
 *   complete  an old worker gets nothing more and ends ─► a new one gets ready ─► ... until all are new
 *
 * DESIGN: both generations serve meanwhile where their routes are the same, for then a route's number means the same view to both.
 * Where routes have changed the old ones get nothing more from the first moment, and the first new one serves alone until others
 * have followed: no request reaches a view by a number of other code.
 */
import type { PoolSettings } from '../../config/types/pools.ts';
import type { Settings } from '../../config/types.ts';
import type { Generation } from './generation.ts';

/** Whether reloads of a server with these settings go worker by worker. */
export function isRolling({ reload, workerHeap, pools }: Settings): boolean {
  if (reload !== 'auto') return reload === 'rolling';
  // Heaps are bounded by the memory of the container, and together use what there is for them.
  return workerHeap > 0 && pools.reduce((sum, { workers }) => sum + workers, 0) > 1;
}

/** Starts the first new workers. Rejects with the application's own error. Returns the generation from which on workers may serve. */
export async function beginRoll(old: Generation, next: Generation, pools: readonly PoolSettings[]): Promise<number> {
  for (const index of pools.keys()) await next.startNext(index, true);
  return JSON.stringify(old.manifest) === JSON.stringify(next.manifest) ? old.number : next.number;
}

/** Replaces the rest, behind the publication. Never rejects: a worker that cannot start now is tried again. */
export async function completeRoll(old: Generation, next: Generation, pools: readonly PoolSettings[]): Promise<void> {
  for (const index of pools.keys()) {
    do await old.retireOne(index);
    while (await next.startNext(index, false));
  }
}
