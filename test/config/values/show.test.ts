import { describe, expect, it } from 'vitest';
import { show } from '../../../src/config/values/show.ts';

describe('show', () => {
  it('survives values that are no JSON', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect([show(circle), show(10n), show(Number.NaN), show(undefined)]).toEqual(['an array', '10', 'NaN', 'nothing']);
  });
});
