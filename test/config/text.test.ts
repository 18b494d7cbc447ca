import { describe, expect, it } from 'vitest';
import { editDistance, show, suggest } from '../../src/config/text.ts';

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe('suggest', () => {
  it('finds the word that was meant', () => {
    expect(suggest('iothreads', ['workers', 'ioThreads', 'static'])).toBe('ioThreads');
  });

  it('says nothing when no word is near', () => {
    expect(suggest('banana', ['workers', 'ioThreads', 'static'])).toBeUndefined();
  });

  it('does not measure endless words', () => {
    expect(suggest('x'.repeat(100_000), ['workers'])).toBeUndefined();
  });
});

describe('show', () => {
  it('survives values that are no JSON', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect([show(circle), show(10n), show(Number.NaN), show(undefined)]).toEqual(['an array', '10', 'NaN', 'nothing']);
  });
});
