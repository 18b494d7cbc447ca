import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../../src/http/errors.ts';
import { findJsonError, parseJson } from '../../../src/http/content/json.ts';

describe('parseJson', () => {
  test.each([
    ['', 'it ends too early at line 1, column 1'],
    ['{"a":1,}', 'unexpected "}", expected a name in double quotes at line 1, column 8'],
    ['{"a" 1}', 'expected ":" behind the name at line 1, column 6'],
    ['[1,2', 'it ends too early at line 1, column 5'],
    ['[1 2]', 'expected "," or "]" at line 1, column 4'],
    ['{"a":1]', 'expected "," or "}" at line 1, column 7'],
    ['[,]', 'expected a value at line 1, column 2'],
    ['[1,]', 'expected a value at line 1, column 4'],
    ['nul', 'expected a value at line 1, column 1'],
    ['01', 'expected nothing more at line 1, column 2'],
    ['{} x', 'expected nothing more at line 1, column 4'],
    ['"abc', 'a string is not closed at line 1, column 5'],
    ['"a\nb"', 'control character in a string at line 1, column 3'],
    ['"\\x"', 'bad escape in a string at line 1, column 2'],
    ['😀', 'unexpected "😀", expected a value at line 1, column 1'],
  ])('%j is refused with 400 and the place of the mistake', (text, reason) => {
    expect(() => parseJson(text)).toThrow(BadRequest);
    expect(() => parseJson(text)).toThrow(reason);
  });

  test('deep nesting is refused without exhausting the stack', () => {
    expect(() => parseJson('['.repeat(1_000_000))).toThrow(BadRequest);
    expect(findJsonError('['.repeat(1_000_000))).toEqual({ position: 1_000_000, reason: 'it ends too early' });
  });

  test('a mistake behind a very long string is found', () => {
    const { position } = findJsonError(`["${'a'.repeat(12_000_000)}", x]`);
    expect(position).toBe(12_000_005);
  });

  test('lines are counted', () => {
    expect(() => parseJson('{\n  "a": 1,\r\n  "b": oops\n}')).toThrow('expected a value at line 3, column 8');
    expect(() => parseJson('{\n')).toThrow('it ends too early at line 2, column 1');
  });

  test('a document of 500 levels is taken, one more is not', () => {
    const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}"[[]]"${'}]'.repeat(depth / 2)}`;
    expect(JSON.stringify(parseJson(nested(500)))).toBe(nested(500));
    expect(() => parseJson(nested(502))).toThrow('nested deeper than 500 levels at line 1, column 1501');
  });

  test('brackets in strings and side by side do not nest', () => {
    const list = JSON.stringify(Array.from({ length: 2000 }, () => ['[[[\\"[', {}]));
    expect(JSON.stringify(parseJson(list))).toBe(list);
  });

  test('whatever the engine refuses, the scanner finds a mistake in; a cut document ends too early', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, noise) => {
        const position = at % (json.length + 1);
        const text = json.slice(0, position) + noise + json.slice(position);
        try {
          JSON.parse(text);
        } catch {
          const error = findJsonError(text);
          expect(error.position).toBeLessThanOrEqual(text.length);
          expect(error.position).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('the text before the mistake is the beginning of a document', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const position = at % (json.length + 1);
        // U+0001 is allowed nowhere, so the mistake is where it stands unless it cut a token.
        const { position: found } = findJsonError(`${json.slice(0, position)}\u0001`);
        expect(found).toBeLessThanOrEqual(position);
        expect(found).toBeGreaterThanOrEqual(position - 24);
      }),
    );
  });
});
