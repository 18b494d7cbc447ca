/**
 * What lists are made of: anything that can be iterated over, or something that can count and give a part of itself, such as a
 * query of a database. Any thread.
 */

type Awaitable<Value> = Value | Promise<Value>;
type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** A source that gives pages without being read in full. */
export interface CountedSource<Item> {
  count(): Awaitable<number>;
  /** Items from `offset` on, at most `limit`. */
  slice(offset: number, limit: number): Awaitable<Items<Item>>;
}

/** What lists are made of: anything that can be iterated over, or something that counts and gives a part of itself. */
export type Source<Item> = Items<Item> | CountedSource<Item>;

/** All items, read to the end. */
export async function collect<Item>(source: Source<Item>): Promise<Item[]> {
  if (isCounted(source)) return readAll(await source.slice(0, await source.count()));
  return readAll(source);
}

/** The source as one that counts; another one is read in full when it is first asked. */
export function counted<Item>(source: Source<Item>): CountedSource<Item> {
  if (isCounted(source)) return source;
  let items: Promise<readonly Item[]> | undefined;
  const all = (): Promise<readonly Item[]> => (items ??= Array.isArray(source) ? Promise.resolve(source) : readAll(source));
  return {
    count: async () => (await all()).length,
    slice: async (offset, limit) => (await all()).slice(offset, offset + limit),
  };
}

export async function readAll<Item>(items: Items<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** An array has slice() too, but no count(). */
function isCounted<Item>(source: Source<Item>): source is CountedSource<Item> {
  return typeof (source as Partial<CountedSource<Item>>).count === 'function' && typeof (source as Partial<CountedSource<Item>>).slice === 'function';
}
