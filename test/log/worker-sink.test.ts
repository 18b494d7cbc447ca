/** The bound of what a worker logs: which entries go, which are counted. */
import { expect, it } from 'vitest';
import type { LogEntry } from '../../src/log/entry.ts';
import { lostEntries, makeLogFlow, tookEntry, workerSink } from '../../src/log/worker-sink.ts';

const entryOf = (text: string): LogEntry => ({ level: 'info', time: 0, text, fields: '', requestId: '', traceId: '' });

function way() {
  const flow = makeLogFlow();
  const under: LogEntry[] = [];
  const sink = workerSink(new Int32Array(new SharedArrayBuffer(4)), flow, (entry) => under.push(entry));
  const take = () => tookEntry(flow, under.shift() as LogEntry);
  return { flow, under, sink, take };
}

it('entries beyond a mebibyte under way are dropped until all that is under way was taken', () => {
  const { under, sink, take } = way();
  for (let i = 0; i < 40; i++) sink.put(entryOf('x'.repeat(65_536)));
  const sent = under.length;
  expect(sent).toBe(15);
  for (let i = 0; i < sent - 1; i++) expect(take()).toBe(0);
  sink.put(entryOf('small, but others were dropped before it'));
  expect(under).toHaveLength(1);
  expect(take()).toBe(26);
  sink.put(entryOf('next'));
  expect(under).toHaveLength(1);
  expect(take()).toBe(0);
});

it('a worker that dies has its last losses told', () => {
  const { flow, sink } = way();
  for (let i = 0; i < 16; i++) sink.put(entryOf('x'.repeat(65_536)));
  expect(lostEntries(flow)).toBe(1);
  expect(lostEntries(flow)).toBe(0);
});

it('a level beyond the one in force is not taken', () => {
  const { sink } = way();
  expect(sink.takes('error')).toBe(true);
  expect(sink.takes('warn')).toBe(false);
});
