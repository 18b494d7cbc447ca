import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberText } from '../../../src/pipeline/templates/runtime/number-text.ts';

describe('numberText', () => {
  it.each([0, -0, 1, -1, 1.5, -1.5, 0.1 + 0.2, 1e21, 1e-7, 2 ** 31, -(2 ** 31), NaN, Infinity, -Infinity])('%d is as String() gives it', (value) => {
    expect([numberText(value), numberText(value)]).toEqual([String(value), String(value)]);
  });

  it('numbers that share a place do not get each other\'s text', () => {
    const sharing = [1.25, 1.25 + 5.12, 1.25 + 10.24, 1.25];
    expect(sharing.map(numberText)).toEqual(sharing.map(String));
  });

  it('any numbers in any order are as String() gives them', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(values.map(numberText)).toEqual(values.map(String));
      }),
    );
  });
});
