/** Values that all workers of a server share. Any application's thread; they live in the main thread (docs/adr/0016). */
import type { SharedCount } from '../gateway/contract.ts';
import { parseDuration } from '../quantities.ts';
import { sharedMemory } from './shared-memory.ts';

/** What holds for all values of a name. */
export interface SharedValuesOptions {
  /** How long values stay that set() does not say it of: milliseconds or text such as "10m". Default: until the server ends, or room is needed. */
  ttl?: number | string;
}

/** How one value is stored. */
export interface SharedSetOptions {
  ttl?: number | string;
  /** "absent": only where there is none; "present": only where there is one. */
  only?: 'absent' | 'present';
}

/**
 * Values by key: numbers, texts, and whatever JSON can tell. Each operation is atomic over all workers, and in effect when its promise
 * resolves. What was unused longest makes room when one name has 64 MiB. The end of the server ends them; a worker's death or a reload
 * does not.
 */
export class SharedValues<Value> {
  readonly #space: string;
  readonly #ttlMs: number;

  constructor(name: string, ttlMs: number) {
    this.#space = `application ${name}`;
    this.#ttlMs = ttlMs;
  }

  /** undefined where there is none, or its time is over. */
  async get(key: string): Promise<Value | undefined> {
    const text = await sharedMemory().get(this.#space, checkedKey(key));
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }

  /** Resolves to whether it was stored, which `only` may prevent. TypeError for a value that JSON cannot tell. */
  set(key: string, value: Value, { ttl, only }: SharedSetOptions = {}): Promise<boolean> {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new TypeError('SharedValues.set(): the value is nothing that JSON can tell; delete() forgets a value');
    const ttlMs = ttl === undefined ? this.#ttlMs : checkedTime('SharedValues.set(): ttl', ttl);
    return sharedMemory().set(this.#space, checkedKey(key), text, Math.min(Date.now() + ttlMs, Number.MAX_SAFE_INTEGER), only);
  }

  async delete(key: string): Promise<void> {
    await sharedMemory().delete(this.#space, checkedKey(key));
  }

  /** Counts one more of `key`, apart from its value: the count begins anew `window` after its first. */
  count(key: string, window: number | string): Promise<SharedCount> {
    return sharedMemory().count(`${this.#space}, counted`, checkedKey(key), checkedTime('SharedValues.count(): window', window));
  }
}

/** The shared values of this name: for all who ask for it the same. `const flags = sharedValues<boolean>('flags')`. */
export function sharedValues<Value = unknown>(name: string, { ttl }: SharedValuesOptions = {}): SharedValues<Value> {
  if (typeof name !== 'string' || name === '') throw new TypeError("sharedValues(): expected a name such as 'flags'");
  return new SharedValues(name, ttl === undefined ? Number.MAX_SAFE_INTEGER : checkedTime('sharedValues(): ttl', ttl));
}

function checkedKey(key: string): string {
  if (typeof key === 'string') return key;
  throw new TypeError(`SharedValues: a key is a text, got ${typeof key}`);
}

function checkedTime(what: string, given: number | string): number {
  const milliseconds = parseDuration(given);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new TypeError(`${what} is ${JSON.stringify(given)}; expected milliseconds or text such as "10m"`);
}
