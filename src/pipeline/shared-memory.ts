/**
 * The memory that the workers of a server share, for the parts of the pipeline that keep something between requests. Each
 * thread has one: that of the application that was started last.
 */
import type { SharedMemory } from '../gateway/contract.ts';
import { localMemory } from '../gateway/shared-memory/index.ts';

let active: SharedMemory | null = null;

/** Makes this the memory of the thread; undefined leaves it with one of its own. An application calls it when it starts. */
export function activateSharedMemory(memory: SharedMemory | undefined): void {
  if (memory !== undefined) active = memory;
}

export function sharedMemory(): SharedMemory {
  return (active ??= localMemory());
}
