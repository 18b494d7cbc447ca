import { expect, it } from 'vitest';
import { clearGauges, GAUGE_PERIOD_MS, makeGauges, readGauges, UNKNOWN_GAUGES, writeGauges } from '../../../src/gateway/worker/gauges.ts';

const MEMORY = { heap: 3_000_000, heapLimit: 8_000_000, external: 70_000 };
const BEGIN = 1_000_000;

function written(...times: number[]): Float64Array {
  const [gauges] = makeGauges(1) as [Float64Array];
  for (const time of times) writeGauges(gauges, MEMORY, time);
  return gauges;
}

it('are unknown until the worker has written, and again when they are cleared for the next one', () => {
  const gauges = written();
  expect(readGauges(gauges, BEGIN)).toEqual(UNKNOWN_GAUGES);
  writeGauges(gauges, MEMORY, BEGIN);
  expect(readGauges(gauges, BEGIN)).toEqual({ heapBytes: 3_000_000, heapLimit: 8_000_000, externalBytes: 70_000, loopLagMs: 0 });
  clearGauges(gauges);
  expect(readGauges(gauges, BEGIN)).toEqual(UNKNOWN_GAUGES);
});

it('say how late the last timer was', () => {
  const late = written(BEGIN, BEGIN + GAUGE_PERIOD_MS + 40);
  expect(readGauges(late, BEGIN + GAUGE_PERIOD_MS + 50).loopLagMs).toBe(40);
  writeGauges(late, MEMORY, BEGIN + 2 * GAUGE_PERIOD_MS + 40);
  expect(readGauges(late, BEGIN + 2 * GAUGE_PERIOD_MS + 50).loopLagMs).toBe(0);
});

it('say of a worker that stands still how long it is overdue', () => {
  expect(readGauges(written(BEGIN), BEGIN + GAUGE_PERIOD_MS + 3000).loopLagMs).toBe(3000);
});
