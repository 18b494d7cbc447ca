/** SharedMemory over anything that carries out operations. Belongs to its thread. */
import type { SharedCount, SharedMemory } from '../contract.ts';
import type { MemoryOperation, MemoryResult } from './operation.ts';
import { MemoryTable } from './table.ts';

/** Carries out an operation, here or elsewhere. */
export type Carrier = (operation: MemoryOperation) => Promise<MemoryResult>;

export class MemoryClient implements SharedMemory {
  readonly #carry: Carrier;

  constructor(carry: Carrier) {
    this.#carry = carry;
  }

  get(space: string, key: string): Promise<string | undefined> {
    return this.#carry({ type: 'get', space, key }) as Promise<string | undefined>;
  }

  set(space: string, key: string, value: string, expiresAt: number, only?: 'present' | 'absent'): Promise<boolean> {
    return this.#carry({ type: 'set', space, key, value, expiresAt, only }) as Promise<boolean>;
  }

  async delete(space: string, key: string): Promise<void> {
    await this.#carry({ type: 'delete', space, key });
  }

  count(space: string, key: string, windowMs: number): Promise<SharedCount> {
    return this.#carry({ type: 'count', space, key, windowMs }) as Promise<SharedCount>;
  }
}

/** A memory of this thread alone: for an inline application and for inject(). */
export function localMemory(): SharedMemory {
  const table = new MemoryTable();
  return new MemoryClient(async (operation) => table.apply(operation));
}
