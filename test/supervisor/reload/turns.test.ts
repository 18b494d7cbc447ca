import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/supervisor/reload/turns.ts';

describe('Turns', () => {
  it('begins a task when the one before it is over', async () => {
    const turns = new Turns();
    const begun: string[] = [];
    let endFirst = (): void => {};
    const one = turns.take(() => {
      begun.push('first');
      return new Promise<void>((resolve) => {
        endFirst = resolve;
      });
    });
    const two = turns.take(async () => void begun.push('second'));
    await Promise.resolve();
    expect(begun).toEqual(['first']);
    endFirst();
    await Promise.all([one, two]);
    expect(begun).toEqual(['first', 'second']);
  });

  it('gives the failure of a task to its caller alone', async () => {
    const turns = new Turns();
    const failed = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(async () => 'done');
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });

  it('are over when the last task is, however it ended', async () => {
    const turns = new Turns();
    let isOver = false;
    const failed = turns.take(async () => {
      isOver = true;
      throw new Error('no');
    });
    failed.catch(() => {});
    await turns.over();
    expect(isOver).toBe(true);
  });
});
