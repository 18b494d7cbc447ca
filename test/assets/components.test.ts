/** The order of files that refer to each other. */
import { describe, expect, it } from 'vitest';
import { componentsInOrder } from '../../src/assets/components.ts';

const sorted = (edges: number[][]): number[][] => componentsInOrder(edges).map((component) => [...component].sort());

describe('components', () => {
  it('come behind what they refer to', () => {
    expect(sorted([[1, 2], [2], [], [0]])).toEqual([[2], [1], [0], [3]]);
  });

  it('hold the files of a circle together', () => {
    expect(sorted([[1], [2], [0, 3], []])).toEqual([[3], [0, 1, 2]]);
  });

  it('of two circles are two, the one that is referred to first', () => {
    expect(sorted([[1], [0, 2], [3], [2]])).toEqual([[2, 3], [0, 1]]);
  });

  it('of one file that refers to itself is that file', () => {
    expect(sorted([[0]])).toEqual([[0]]);
  });

  it('need no stack for long chains', () => {
    const length = 200_000;
    expect(componentsInOrder(Array.from({ length }, (_, i) => (i + 1 < length ? [i + 1] : [])))).toHaveLength(length);
  });
});
