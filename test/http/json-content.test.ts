import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../src/http/errors.ts';
import { findJsonError, parseJson } from '../../src/http/json-content.ts';

describe('parseJson', () => {
  test.each([
    ['', 'it ends too early at position 0'],
    ['{"a":1,}', 'unexpected "}", expected a name in double quotes at position 7'],
    ['{"a" 1}', 'expected ":" behind the name at position 5'],
    ['[1,2', 'it ends too early at position 4'],
    ['[1 2]', 'expected "," or "]" at position 3'],
    ['{"a":1]', 'expected "," or "}" at position 6'],
    ['[,]', 'expected a value at position 1'],
    ['[1,]', 'expected a value at position 3'],
    ['nul', 'expected a value at position 0'],
    ['01', 'expected nothing more at position 1'],
    ['{} x', 'expected nothing more at position 3'],
    ['"abc', 'a string is not closed at position 4'],
    ['"a\nb"', 'control character in a string at position 2'],
    ['"\\x"', 'bad escape in a string at position 1'],
    ['😀', 'unexpected "😀", expected a value at position 0'],
  ])('%j is refused with 400 and the place of the mistake', (text, reason) => {
    expect(() => parseJson(text)).toThrow(BadRequest);
    expect(() => parseJson(text)).toThrow(reason);
  });

  test('deep nesting is refused without exhausting the stack', () => {
    expect(() => parseJson('['.repeat(1_000_000))).toThrow(BadRequest);
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
