/**
 * Names with one or more values each, in the order of their first appearance: a query string or a submitted form. Any thread.
 */
import { parseUrlEncoded } from './form-decoding.ts';

export class QueryParams {
  readonly #values = new Map<string, string[]>();

  /** Parses without ever failing; undefined when the text holds more than maxPairs pairs. */
  static parse(text: string, maxPairs: number): QueryParams | undefined {
    const params = new QueryParams();
    const complete = parseUrlEncoded(text, maxPairs, (name, value) => params.#append(name, value));
    return complete ? params : undefined;
  }

  /** The first value, undefined when the name is absent. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** All values of the name in order; empty when it is absent. */
  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** How many different names there are. */
  get size(): number {
    return this.#values.size;
  }

  /** Each pair [name, value], repeated names one after the other. */
  *entries(): IterableIterator<[string, string]> {
    for (const [name, values] of this.#values) for (const value of values) yield [name, value];
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  #append(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }
}
