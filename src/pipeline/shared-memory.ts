/**
 * The memory that the workers of a server share, for the parts of the pipeline that keep something between requests. Each
 * thread has one: that of the application that was started last.
 */
import { createHash } from 'node:crypto';
import type { SharedMemory } from '../gateway/contract.ts';
import { localMemory } from '../gateway/shared-memory/index.ts';
import type { EarlierChecks } from './templates/index.ts';

let active: SharedMemory | null = null;

/** Makes this the memory of the thread; undefined leaves it with one of its own. An application calls it when it starts. */
export function activateSharedMemory(memory: SharedMemory | undefined): void {
  if (memory !== undefined) active = memory;
}

export function sharedMemory(): SharedMemory {
  return (active ??= localMemory());
}

/** Checks of templates for an application with these routes, kept in this memory. */
export function sharedChecks(memory: SharedMemory, routes: string): EarlierChecks {
  const space = 'fastserve.checked-templates';
  const key = (name: string): string => `${name} ${createHash('sha256').update(routes).digest('hex')}`;
  return {
    has: async (name) => (await memory.get(space, key(name))) !== undefined,
    add: async (name) => void (await memory.set(space, key(name), '', Number.MAX_SAFE_INTEGER)),
  };
}
