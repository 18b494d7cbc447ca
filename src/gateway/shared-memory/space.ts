/**
 * One space of the shared memory: a bounded map whose entries end. Belongs to the thread that made it.
 *
 * DESIGN: the map's own order is the order of last use, oldest first. Entries that have ended are dropped when they are met: on
 * a read, and at the old end on each write. There is no timer.
 */

interface Entry {
  value: string;
  expiresAt: number;
}

/** What an entry costs beside its text, roughly. */
const ENTRY_BYTES = 200;

export class MemorySpace {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The entry when it has not ended; makes it the newest. */
  get(key: string, now: number): Readonly<Entry> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAt <= now) {
      this.#bytes -= sizeOf(key, entry.value);
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry;
  }

  /** Stores, and makes room at the old end. An entry larger than the whole space is dropped itself. */
  set(key: string, value: string, expiresAt: number, now: number): void {
    this.delete(key);
    this.#entries.set(key, { value, expiresAt });
    this.#bytes += sizeOf(key, value);
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes && entry.expiresAt > now) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= sizeOf(key, entry.value);
  }

  get size(): number {
    return this.#entries.size;
  }
}

function sizeOf(key: string, value: string): number {
  return 2 * (key.length + value.length) + ENTRY_BYTES;
}
