/** The phases of a traced request on their way from the worker to the page. */
import { describe, expect, it } from 'vitest';
import { PhaseRecorder, readPhases } from '../../../src/gateway/queue/phases.ts';

describe('the recorder', () => {
  it('tells phases in the clock of the front, the CPU time, and the ids', () => {
    let cpu = 100;
    const before = Number(process.hrtime.bigint()) / 1000;
    const recorder = new PhaseRecorder(() => cpu);
    recorder.enter('view', 'a view');
    recorder.enter('template', 'page.html');
    recorder.identify('t', 's');
    cpu = 350;
    const { phases, cpu: used, traceId, spanId } = readPhases(recorder.report(), before);
    expect(phases.map(({ kind, name }) => [kind, name])).toEqual([['handler', ''], ['view', 'a_view'], ['template', 'page.html']]);
    for (const { start, end } of phases) {
      expect(start).toBeGreaterThan(-1000);
      expect(end).toBeGreaterThanOrEqual(start);
    }
    expect([used, traceId, spanId]).toEqual([250, 't', 's']);
  });

  it('stays small, and keeps whole lines', () => {
    const recorder = new PhaseRecorder(() => 0);
    for (let i = 0; i < 1000; i++) recorder.add('middleware', `number\t${i}\n`, 0, 1);
    const report = recorder.report();
    expect(report.length).toBeLessThan(8192);
    expect(report.endsWith('\n')).toBe(true);
    expect(readPhases(report, 0).phases.at(-1)?.name).toMatch(/^number_\d+_$/);
  });
});
