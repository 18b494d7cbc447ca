/** What can be done with the shared memory, as data that crosses threads. Types only; see SharedMemory in contract.ts. */
import type { SharedCount } from '../contract.ts';

export type MemoryOperation =
  | { type: 'get'; space: string; key: string }
  | { type: 'set'; space: string; key: string; value: string; expiresAt: number; only: 'present' | 'absent' | undefined }
  | { type: 'delete'; space: string; key: string }
  | { type: 'count'; space: string; key: string; windowMs: number };

export type MemoryResult = string | boolean | SharedCount | undefined;

/** From a worker to the main thread. */
export interface MemoryCall {
  id: number;
  operation: MemoryOperation;
}

/** And back. */
export interface MemoryAnswer {
  id: number;
  result: MemoryResult;
}
