/**
 * What inject() gives back: a response that has been collected in full.
 */
import type { FlatFields } from '../contract.ts';

/** The fields of an answer of inject(), by name without case. */
export class InjectedHeaders {
  readonly #flat: FlatFields;

  constructor(flat: FlatFields) {
    this.#flat = flat;
  }

  /** Value by name, in any case; several lines joined with ", ". null when absent, as fetch's Headers has it. */
  get(name: string): string | null {
    const values = this.#valuesOf(name);
    return values.length === 0 ? null : values.join(', ');
  }

  has(name: string): boolean {
    return this.#valuesOf(name).length > 0;
  }

  /** Each Set-Cookie line. */
  getSetCookie(): string[] {
    return this.#valuesOf('set-cookie');
  }

  /** Each line [lower-case name, value] in order. */
  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i + 1 < this.#flat.length; i += 2) yield [(this.#flat[i] as string).toLowerCase(), this.#flat[i + 1] as string];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  #valuesOf(name: string): string[] {
    const key = name.toLowerCase();
    return [...this.entries()].filter(([known]) => known === key).map(([, value]) => value);
  }
}

/** The answer of inject(), collected. */
export class InjectedResponse {
  readonly status: number;
  readonly headers: InjectedHeaders;
  readonly #content: Uint8Array;

  constructor(status: number, fields: FlatFields, content: Uint8Array) {
    this.status = status;
    this.headers = new InjectedHeaders(fields);
    this.#content = content;
  }

  /** The content; empty for HEAD, 204, 205 and 304. */
  bytes(): Uint8Array {
    return this.#content;
  }

  text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#content);
  }

  /** The content as JSON; SyntaxError when it is none. */
  json<Value = unknown>(): Value {
    return JSON.parse(this.text()) as Value;
  }
}
