import type { MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { SharedMemory } from '../../../src/gateway/contract.ts';
import { localMemory, remoteMemory, SharedMemoryHub } from '../../../src/gateway/shared-memory/index.ts';
import { MemoryTable } from '../../../src/gateway/shared-memory/table.ts';

const ports: MessagePort[] = [];

function connected(hub: SharedMemoryHub): SharedMemory {
  const port = hub.connect();
  ports.push(port);
  return remoteMemory(port);
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const LATER = Date.now() + 3_600_000;

describe.each<[string, () => SharedMemory]>([
  ['in one thread', localMemory],
  ['over a port', () => connected(new SharedMemoryHub())],
])('the shared memory %s', (_where, make) => {
  test('gives what was set, by space and key', async () => {
    const memory = make();
    expect(await memory.set('a', 'key', 'one', LATER)).toBe(true);
    expect(await memory.set('b', 'key', 'two', LATER)).toBe(true);
    expect([await memory.get('a', 'key'), await memory.get('b', 'key'), await memory.get('a', 'other')]).toEqual(['one', 'two', undefined]);
  });

  test('forgets what was deleted and what has ended', async () => {
    const memory = make();
    await memory.set('a', 'deleted', 'x', LATER);
    await memory.delete('a', 'deleted');
    await memory.set('a', 'ended', 'x', Date.now() - 1);
    expect([await memory.get('a', 'deleted'), await memory.get('a', 'ended')]).toEqual([undefined, undefined]);
  });

  test('sets only what is there, or only what is not, when asked', async () => {
    const memory = make();
    expect(await memory.set('a', 'key', 'x', LATER, 'present')).toBe(false);
    expect(await memory.set('a', 'key', 'one', LATER, 'absent')).toBe(true);
    expect(await memory.set('a', 'key', 'two', LATER, 'absent')).toBe(false);
    expect(await memory.set('a', 'key', 'three', LATER, 'present')).toBe(true);
    expect(await memory.get('a', 'key')).toBe('three');
  });

  test('counts each call once, also those made at the same time', async () => {
    const memory = make();
    const counts = await Promise.all(Array.from({ length: 50 }, () => memory.count('c', 'key', 60_000)));
    expect(counts.map(({ count }) => count)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(new Set(counts.map(({ endsAt }) => endsAt)).size).toBe(1);
  });
});

test('what one worker sets another one sees, also after the first has gone', async () => {
  const hub = new SharedMemoryHub();
  const first = connected(hub);
  await first.set('a', 'key', 'value', LATER);
  ports.pop()?.close();
  expect(await connected(hub).get('a', 'key')).toBe('value');
});

describe('the table', () => {
  const set = (table: MemoryTable, key: string, value: string, now: number) =>
    table.apply({ type: 'set', space: 's', key, value, expiresAt: now + 1000, only: undefined }, now);
  const get = (table: MemoryTable, key: string, now: number) => table.apply({ type: 'get', space: 's', key }, now);

  test('makes room by dropping what was unused longest', () => {
    const table = new MemoryTable(1000);
    set(table, 'a', 'x'.repeat(100), 0);
    set(table, 'b', 'x'.repeat(100), 0);
    get(table, 'a', 1);
    set(table, 'c', 'x'.repeat(100), 2);
    expect(['a', 'b', 'c'].map((key) => get(table, key, 3) !== undefined)).toEqual([true, false, true]);
  });

  test('keeps other spaces whole when one is full', () => {
    const table = new MemoryTable(1000);
    table.apply({ type: 'set', space: 'other', key: 'k', value: 'v', expiresAt: 9, only: undefined }, 0);
    for (let i = 0; i < 100; i++) set(table, `key${i}`, 'x'.repeat(100), 0);
    expect(table.apply({ type: 'get', space: 'other', key: 'k' }, 1)).toBe('v');
  });

  test('does not keep an entry that is larger than a space', () => {
    const table = new MemoryTable(1000);
    set(table, 'huge', 'x'.repeat(1000), 0);
    expect(get(table, 'huge', 1)).toBeUndefined();
  });

  test('begins a count anew when its window is over', () => {
    const table = new MemoryTable();
    const count = (now: number) => table.apply({ type: 'count', space: 'c', key: 'k', windowMs: 100 }, now);
    expect([count(0), count(99), count(100)]).toEqual([{ count: 1, endsAt: 100 }, { count: 2, endsAt: 100 }, { count: 1, endsAt: 200 }]);
  });
});
