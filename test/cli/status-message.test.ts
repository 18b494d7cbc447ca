/** What operators are shown of workers and upstreams. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { upstreamsMessage, workersMessage } from '../../src/cli/status-message.ts';

const worker = { worker: 3, pool: 'default', state: 'attached', generation: 1, inFlight: 2, answered: 9, heapBytes: 2 ** 23, loopLagMs: 0.4, starts: 1 };
const server = { url: 'http://10.0.0.5:9000', state: 'up', weight: 2, backup: true, inFlight: 1, answered: 7, failed: 0, latencyMs: 1.25 } as never;

/** Cells of each line, without colours and alignment. */
const cells = (text: string): string[][] => stripVTControlCharacters(text).split('\n').map((line) => line.split(/ {2,}/));

describe('workers', () => {
  it('are shown with every request that they have', () => {
    const requests = [
      { method: 'GET', target: '/a/\x1b[31m', ageMs: 1500, streaming: true },
      { method: 'POST', target: '/b/', ageMs: 20, streaming: false },
    ];
    expect(cells(workersMessage([{ ...worker, requests }])).slice(2)).toEqual([
      [''],
      ['worker', 'age', 'request'],
      ['3', '1.5 s', 'GET /a/?[31m (streaming)'],
      ['3', '20 ms', 'POST /b/'],
    ]);
  });

  it('without requests are one table', () => {
    expect(cells(workersMessage([{ ...worker, requests: [] }]))).toHaveLength(2);
  });

  it('are said to be none where there are none', () => {
    expect(workersMessage([])).toBe('no workers');
  });
});

describe('upstreams', () => {
  it('are shown with each of their servers', () => {
    expect(cells(upstreamsMessage([{ name: 'farm', servers: [server] }]))[1]).toEqual(['farm', 'http://10.0.0.5:9000', 'up, backup', '2', '1', '7', '0', '1.3 ms']);
  });

  it('are said to be none where there are none', () => {
    expect(upstreamsMessage([])).toBe('no servers of upstreams');
  });
});
