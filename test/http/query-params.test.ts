import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryParams } from '../../src/http/query-params.ts';

const parse = (text: string): QueryParams => QueryParams.parse(text, Infinity) as QueryParams;

describe('QueryParams', () => {
  test('a repeated name keeps all values in order and get() gives the first', () => {
    const params = parse('a=1&b=2&a=3');
    expect(params.get('a')).toBe('1');
    expect(params.getAll('a')).toEqual(['1', '3']);
    expect([...params]).toEqual([['a', '1'], ['a', '3'], ['b', '2']]);
  });

  test('an absent name is undefined, an empty list, and not there', () => {
    const params = parse('a=1');
    expect([params.get('b'), params.getAll('b'), params.has('b')]).toEqual([undefined, [], false]);
  });

  test.each([
    ['a', [['a', '']]],
    ['=x', [['', 'x']]],
    ['a=b=c', [['a', 'b=c']]],
    ['&&a=1&', [['a', '1']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a=%2B%26%3D', [['a', '+&=']]],
    ['a=%', [['a', '%']]],
    ['a=%zz%41', [['a', '%zzA']]],
    ['a=%ff', [['a', '\ufffd']]],
    ['__proto__=1', [['__proto__', '1']]],
  ])('%s is parsed as a form', (text, expected) => {
    expect([...parse(text)]).toEqual(expected);
  });

  test('any text is parsed without an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void [...parse(text)]));
  });

  test('ASCII text is parsed as URLSearchParams does', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '%', '4', '1', 'f', 'C', '+', '&', '=', ';', '?') }), (text) => {
        const expected = new Map<string, string[]>();
        for (const [name, value] of new URLSearchParams(`&${text}`)) expected.set(name, [...(expected.get(name) ?? []), value]);
        const params = parse(text);
        expect(params.size).toBe(expected.size);
        for (const [name, values] of expected) expect(params.getAll(name)).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  test('more pairs than allowed give undefined', () => {
    expect(QueryParams.parse('a&b&c', 2)).toBeUndefined();
    expect(QueryParams.parse('a&b&&', 2)).toBeDefined();
  });
});
