import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest, PayloadTooLarge } from '../../../src/http/errors.ts';
import { parseUrlEncoded } from '../../../src/http/content/form-decoding.ts';
import { QueryParams } from '../../../src/http/content/query-params.ts';

const parse = (text: string, fieldCount = Infinity, fieldBytes = Infinity): QueryParams =>
  new QueryParams(parseUrlEncoded(text, 'The query string', { fieldCount, fieldBytes }));

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
    ['a%3D=%C3%A9', [['a=', 'é']]],
    ['__proto__=1', [['__proto__', '1']]],
  ])('%s is parsed as a form', (text, expected) => {
    expect([...parse(text)]).toEqual(expected);
  });

  test.each([
    ['a=%', '"%" without two hexadecimal digits behind it, at position 2'],
    ['b=1&a+%zz=1', '"%" without two hexadecimal digits behind it, at position 6'],
    ['a=%41%ff', 'percent escapes that are not UTF-8, at position 2'],
    ['a=%C3', 'percent escapes that are not UTF-8, at position 2'],
  ])('%s is a 400 with the place', (text, reason) => {
    expect(() => parse(text)).toThrow(BadRequest);
    expect(() => parse(text)).toThrow(`The query string is malformed: ${reason}`);
  });

  test('any text is parsed or is a 400', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '%', '4', 'C', '3', 'é', '+', '&', '=') }), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequest);
        }
      }),
    );
  });

  test('text without broken escapes is parsed as URLSearchParams does', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '%41', '%C3%A9', '%2b', '+', '&', '=', ';', '?')), (pieces) => {
        const text = pieces.join('');
        const expected = new Map<string, string[]>();
        for (const [name, value] of new URLSearchParams(`&${text}`)) expected.set(name, [...(expected.get(name) ?? []), value]);
        const params = parse(text);
        expect(params.size).toBe(expected.size);
        for (const [name, values] of expected) expect(params.getAll(name)).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  test('more pairs than allowed are a 400, empty ones do not count', () => {
    expect(() => parse('a&b&c', 2)).toThrow(BadRequest);
    expect(parse('a&b&&', 2).size).toBe(2);
  });

  test('a value with more bytes than allowed is a 413', () => {
    expect(parse('a=%C3%A9', 1, 2).get('a')).toBe('é');
    expect(() => parse('a=%C3%A9', 1, 1)).toThrow(PayloadTooLarge);
  });
});
