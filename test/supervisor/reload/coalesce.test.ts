import { describe, expect, it } from 'vitest';
import { coalesce } from '../../../src/supervisor/reload/coalesce.ts';

/** Runs that settle when the test says so. */
function runs() {
  const settle: ((error?: Error) => void)[] = [];
  const run = coalesce(
    () =>
      new Promise<number>((resolve, reject) => {
        const number = settle.length + 1;
        settle.push((error) => (error === undefined ? resolve(number) : reject(error)));
      }),
  );
  return { run, settle };
}

describe('coalesce', () => {
  it('runs at once when nothing runs', async () => {
    const { run, settle } = runs();
    const first = run();
    settle[0]?.();
    expect(await first).toBe(1);
    const second = run();
    settle[1]?.();
    expect(await second).toBe(2);
  });

  it('lets calls while it runs share the run that follows', async () => {
    const { run, settle } = runs();
    const calls = [run(), run(), run()];
    expect(settle).toHaveLength(1);
    settle[0]?.();
    await calls[0];
    await expect.poll(() => settle.length).toBe(2);
    settle[1]?.();
    expect(await Promise.all(calls)).toEqual([1, 2, 2]);
  });

  it('begins a further run for a call during the run that follows', async () => {
    const { run, settle } = runs();
    const [first, second] = [run(), run()];
    settle[0]?.();
    await first;
    await expect.poll(() => settle.length).toBe(2);
    const third = run();
    settle[1]?.();
    await second;
    await expect.poll(() => settle.length).toBe(3);
    settle[2]?.();
    expect(await third).toBe(3);
  });

  it('goes on after a run that failed', async () => {
    const { run, settle } = runs();
    const first = run();
    const second = run();
    settle[0]?.(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await expect.poll(() => settle.length).toBe(2);
    settle[1]?.();
    expect(await second).toBe(2);
  });
});
