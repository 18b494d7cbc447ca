/** Which field lists get a registration of their own, and that they never stand for others. */
import { describe, expect, test } from 'vitest';
import type { FlatFields } from '../../../src/gateway/contract/head.ts';
import { RecurringHeads } from '../../../src/gateway/answers/recurring-heads.ts';

const PLAIN = ['content-type', 'text/plain'];

function recurring(most = Number.POSITIVE_INFINITY): { heads: RecurringHeads; registered: FlatFields[] } {
  const registered: FlatFields[] = [];
  const heads = new RecurringHeads((fields) => (registered.length < most ? registered.push(fields) : 0));
  return { heads, registered };
}

describe('a list of fields', () => {
  test('is registered when it comes for the third time, once', () => {
    const { heads, registered } = recurring();
    const found = Array.from({ length: 6 }, () => heads.find([...PLAIN]));
    expect(found).toEqual([0, 0, 1, 1, 1, 1]);
    expect(registered).toEqual([PLAIN]);
  });

  test('that differs in one text is another one', () => {
    const { heads } = recurring();
    for (let i = 0; i < 3; i++) heads.find(PLAIN);
    expect(heads.find(PLAIN)).toBe(1);
    expect(heads.find(['content-type', 'text/html'])).toBe(0);
    expect(heads.find([...PLAIN, 'x-a', '1'])).toBe(0);
    expect(heads.find(['content-type'])).toBe(0);
  });

  test('that its owner changes afterwards is not taken for what it was', () => {
    const { heads, registered } = recurring();
    const fields = [...PLAIN];
    for (let i = 0; i < 3; i++) heads.find(fields);
    fields[1] = 'text/html';
    expect(heads.find(fields)).toBe(0);
    expect(registered).toEqual([PLAIN]);
  });

  test('for which there is no room stays without a registration', () => {
    const { heads } = recurring(0);
    expect(Array.from({ length: 9 }, () => heads.find(PLAIN))).toEqual(new Array(9).fill(0));
  });

  test('that never comes again is not registered', () => {
    const { heads, registered } = recurring();
    for (let i = 0; i < 10_000; i++) expect(heads.find(['x-id', String(i)])).toBe(0);
    expect(registered).toEqual([]);
  });

  test('that comes again behind many that do not is still found', () => {
    const { heads } = recurring();
    for (let i = 0; i < 1000; i++) heads.find(['x-id', String(i)]);
    const found = Array.from({ length: 200 }, () => heads.find(PLAIN));
    expect(found.at(-1)).toBe(1);
  });
});
