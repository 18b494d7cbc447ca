/**
 * The fields of a response: an ordered multi-map with lower-case names. Belongs to the response's thread.
 */
import type { FlatFields } from '../../gateway/contract.ts';
import { TOKEN } from '../token.ts';

/** RFC 9110 5.5: visible characters, blanks and obs-text, one char a byte. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The fields of a response, in order. Names are compared without case. */
export class ResponseHeaders {
  /** name, value, name, value... */
  readonly #flat: string[];

  constructor(fields: FlatFields = []) {
    this.#flat = [...fields];
  }

  /** Replaces every line of this name with one. TypeError for a name or value that would break the message. */
  set(name: string, value: string): void {
    const key = checkedName(name);
    const text = checkedValue(key, value);
    const at = this.#find(key, 0);
    if (at === -1) {
      this.#flat.push(key, text);
      return;
    }
    this.#flat[at + 1] = text;
    this.#removeFrom(key, at + 2);
  }

  /** Adds a line behind those that are there (Set-Cookie, Link, Vary). TypeError as set(). */
  append(name: string, value: string): void {
    const key = checkedName(name);
    this.#flat.push(key, checkedValue(key, value));
  }

  /** The value; several lines joined with ", ". undefined when absent. For Set-Cookie use getAll: it cannot be joined. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** The value of each line of this name. */
  getAll(name: string): string[] {
    const key = name.toLowerCase();
    const values: string[] = [];
    for (let at = this.#find(key, 0); at !== -1; at = this.#find(key, at + 2)) values.push(this.#flat[at + 1] as string);
    return values;
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) !== -1;
  }

  delete(name: string): void {
    this.#removeFrom(name.toLowerCase(), 0);
  }

  /** Each line [name, value] in order. */
  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i < this.#flat.length; i += 2) yield [this.#flat[i] as string, this.#flat[i + 1] as string];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** The lines as the gateway takes them. Not a copy. */
  flat(): FlatFields {
    return this.#flat;
  }

  /** Offset of the name in #flat from `from` on, -1 when there is none. */
  #find(key: string, from: number): number {
    for (let i = from; i < this.#flat.length; i += 2) if (this.#flat[i] === key) return i;
    return -1;
  }

  #removeFrom(key: string, from: number): void {
    for (let at = this.#find(key, from); at !== -1; at = this.#find(key, at)) this.#flat.splice(at, 2);
  }
}

function checkedName(name: string): string {
  if (!TOKEN.test(name)) {
    throw new TypeError(`response field name ${JSON.stringify(name)} is not a token (RFC 9110 5.6.2)`);
  }
  return name.toLowerCase();
}

function checkedValue(name: string, value: string): string {
  const text = String(value);
  if (VALUE.test(text)) return text;
  throw new TypeError(
    `response field '${name}': the value ${JSON.stringify(text.slice(0, 80))} holds a line break, a control character or a ` +
      'character beyond U+00FF; percent-encode it',
  );
}
