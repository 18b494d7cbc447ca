/**
 * Names with one or more values each, in the order of their first appearance: a query string or the fields of a form. Any
 * thread.
 */
export class QueryParams {
  readonly #values = new Map<string, string[]>();

  constructor(pairs: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of pairs) {
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
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
}
