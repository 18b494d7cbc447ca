/** Guesses at what somebody meant. */
import { describe, expect, it } from 'vitest';
import { editDistance, suggest, suggestName } from '../src/nearest.ts';

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

describe('suggestName', () => {
  it('finds the same file in another directory', () => {
    expect(suggestName('site.css', ['js/site.js', 'css/Site.css'])).toBe('css/Site.css');
  });

  it('finds the name that differs by a slip', () => {
    expect(suggestName('css/sight.css', ['css/print.css', 'css/site.css'])).toBe('css/site.css');
  });

  it('says nothing when no name is near', () => {
    expect(suggestName('css/site.css', ['images/logo.svg'])).toBeUndefined();
  });
});
