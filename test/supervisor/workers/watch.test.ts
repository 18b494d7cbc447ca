/** WorkerWatch: what it makes of what can be seen of a worker. */
import { expect, it } from 'vitest';
import { type Pulse, WorkerWatch } from '../../../src/supervisor/workers/watch.ts';

it('ends a worker whose answers cannot be read, once and with a reason, though its event loop turns', async () => {
  let broken = false;
  const pulse = (): Pulse => ({ turned: true, started: 1, overdue: 0, broken });
  const reasons: string[] = [];
  const report = { firstMs: 0, moved() {}, stands() {}, last: () => Promise.resolve('') };
  let looks = 0;
  const watch = new WorkerWatch({
    pulse,
    stuckMs: 200,
    manifest: null,
    report: report as unknown as ConstructorParameters<typeof WorkerWatch>[0]['report'],
    onStuck: (reason) => reasons.push(reason.message),
    onLook: () => looks++,
  });
  await expect.poll(() => looks).toBeGreaterThan(2);
  expect(reasons).toEqual([]);
  broken = true;
  await expect.poll(() => reasons).toEqual([expect.stringContaining('its answers could not be read')]);
  watch.stop();
});
