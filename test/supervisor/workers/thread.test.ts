import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../src/supervisor/workers/backoff.ts';
import { sharedOptions } from '../../../src/supervisor/workers/thread.ts';

describe('sharedOptions', () => {
  it('keeps what workers understand and drops what belongs to the process', () => {
    const given = ['--max-old-space-size=512', '--import', './otel.mjs', '-r', 'x', '--inspect', '--conditions=dev', '--no-warnings'];
    expect(sharedOptions(given)).toEqual(['--import=./otel.mjs', '--require=x', '--conditions=dev', '--no-warnings']);
  });
});

describe('Backoff', () => {
  it('grows to thirty seconds and starts anew after a life that answered requests', () => {
    const backoff = new Backoff();
    const pauses = Array.from({ length: 12 }, () => backoff.next(false));
    expect(pauses).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(backoff.next(true)).toBe(0);
  });
});
