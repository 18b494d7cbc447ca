/** All spaces of one shared memory, and the operations on them. Belongs to the thread that made it. */
import type { SharedCount } from '../contract.ts';
import type { MemoryOperation, MemoryResult } from './operation.ts';
import { MemorySpace } from './space.ts';

/** For each space, in bytes of the heap. */
const SPACE_BYTES = 64 * 1024 * 1024;

export class MemoryTable {
  readonly #spaces = new Map<string, MemorySpace>();
  readonly #spaceBytes: number;

  constructor(spaceBytes: number = SPACE_BYTES) {
    this.#spaceBytes = spaceBytes;
  }

  /** Does one operation. `now`: milliseconds since 1970. */
  apply(operation: MemoryOperation, now: number = Date.now()): MemoryResult {
    const space = this.#space(operation.space);
    switch (operation.type) {
      case 'get':
        return space.get(operation.key, now)?.value;
      case 'set': {
        const { key, value, expiresAt, only } = operation;
        if (only !== undefined && (space.get(key, now) !== undefined) !== (only === 'present')) return false;
        space.set(key, value, expiresAt, now);
        return true;
      }
      case 'delete':
        space.delete(operation.key);
        return undefined;
      case 'count':
        return countIn(space, operation.key, operation.windowMs, now);
    }
  }

  #space(name: string): MemorySpace {
    let space = this.#spaces.get(name);
    if (space === undefined) this.#spaces.set(name, (space = new MemorySpace(this.#spaceBytes)));
    return space;
  }
}

function countIn(space: MemorySpace, key: string, windowMs: number, now: number): SharedCount {
  const known = space.get(key, now);
  const count = known === undefined ? 1 : Number(known.value) + 1;
  const endsAt = known?.expiresAt ?? now + windowMs;
  space.set(key, String(count), endsAt, now);
  return { count, endsAt };
}
