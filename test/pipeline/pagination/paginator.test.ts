import { describe, expect, test } from 'vitest';
import { type CountedSource, InvalidPage, Paginator, type Source } from '../../../src/index.ts';

const numbers = Array.from({ length: 10 }, (_, index) => index + 1);

async function* eventually(): AsyncGenerator<number> {
  yield* numbers;
}

/** Notes what is asked of it. */
function database(calls: string[]): CountedSource<number> {
  return {
    count: async () => (calls.push('count'), numbers.length),
    slice: async (offset, limit) => (calls.push(`slice ${offset} ${limit}`), numbers.slice(offset, offset + limit)),
  };
}

describe.each<[string, () => Source<number>]>([
  ['an array', () => numbers],
  ['a set', () => new Set(numbers)],
  ['an async generator', eventually],
  ['a database', () => database([])],
])('pages of %s', (_what, source) => {
  test('have their items and know their neighbours', async () => {
    const paginator = new Paginator(source(), { perPage: 4 });
    expect([await paginator.count(), await paginator.pageCount()]).toEqual([10, 3]);
    expect(await paginator.page(1)).toMatchObject({ items: [1, 2, 3, 4], hasPrevious: false, hasNext: true, nextNumber: 2, previousNumber: null });
    expect(await paginator.page('2')).toMatchObject({ items: [5, 6, 7, 8], startIndex: 5, endIndex: 8, itemCount: 10 });
    expect(await paginator.page('last')).toMatchObject({ items: [9, 10], number: 3, hasNext: false, nextNumber: null });
    expect([...(await paginator.page(3))]).toEqual([9, 10]);
  });
});

test('a database is asked for one page and counted once', async () => {
  const calls: string[] = [];
  const paginator = new Paginator(database(calls), { perPage: 4 });
  await paginator.page(2);
  await paginator.page(3);
  expect(calls).toEqual(['count', 'slice 4 4', 'slice 8 2']);
});

test('orphans join the page before', async () => {
  const paginator = new Paginator(numbers, { perPage: 4, orphans: 2 });
  expect(await paginator.pageCount()).toBe(2);
  expect((await paginator.page(2)).items).toEqual([5, 6, 7, 8, 9, 10]);
});

test('nothing is one empty page, or none', async () => {
  expect(await new Paginator([], { perPage: 4 }).page(1)).toMatchObject({ items: [], pageCount: 1, startIndex: 0, endIndex: 0 });
  await expect(new Paginator([], { perPage: 4, allowEmptyFirstPage: false }).page('last')).rejects.toThrow(InvalidPage);
});

test.each([0, 4, -1, 1.5, '0', 'x', '', '1e1', ' 1', '99999999999999999999', Number.NaN])('there is no page %j', async (wanted) => {
  await expect(new Paginator(numbers, { perPage: 4 }).page(wanted)).rejects.toThrow(InvalidPage);
});

test('a range of many pages is elided', async () => {
  const page = await new Paginator(Array.from({ length: 50 }), { perPage: 1 }).page(10);
  expect(page.elidedRange(2, 1)).toEqual([1, null, 8, 9, 10, 11, 12, null, 50]);
  expect((await new Paginator(numbers, { perPage: 4 }).page(1)).elidedRange()).toEqual([1, 2, 3]);
});

test.each([{ perPage: 0 }, { perPage: 1.5 }, { perPage: 1, orphans: -1 }])('%j makes no pages', (options) => {
  expect(() => new Paginator([], options)).toThrow(/Paginator: /);
});
