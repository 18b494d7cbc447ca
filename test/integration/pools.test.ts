/** Named pools of workers: what one of them does costs the others nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('pooled.mjs');

/** The threads that answer so many requests for each of the paths. */
async function threadsOf(server: FastServer, paths: readonly string[], times = 6): Promise<Set<string>> {
  const threads = new Set<string>();
  for (let i = 0; i < times; i++) for (const path of paths) threads.add((await ask(server.url, get(path))).text);
  return threads;
}

/** Has every worker of "reports" spin. */
async function spinReports(server: FastServer, workers: number): Promise<void> {
  const mark = join(await directoryWith(), 'spins');
  for (let i = 1; i <= workers; i++) {
    (await connected(server)).send(get(`/reports/spin/?mark=${mark}`));
    await expect.poll(() => existsSync(mark) && readFileSync(mark, 'utf8').split('\n').length - 1, { timeout: 10_000 }).toBe(i);
  }
}

it('a route runs in the pool of its option, of its view or of its include, and in the default one without', async () => {
  const server = await started({ app, pools: { default: { workers: 1 }, reports: { workers: 2 } } });
  const own = await threadsOf(server, ['/reports/thread/', '/marked/', '/named/']);
  expect(own.size).toBe(2);
  const others = await threadsOf(server, ['/thread/', '/reports/front/']);
  expect(others.size).toBe(1);
  expect([...own].filter((thread) => others.has(thread))).toEqual([]);
});

it('while every worker of a pool spins and its line grows, the default pool answers at once', async () => {
  takeErrors();
  const server = await started({ app, workers: 1, pools: { reports: { workers: 2 } }, timeouts: { request: '60s', queue: '60s' } });
  await spinReports(server, 2);
  const waiting = await Promise.all(Array.from({ length: 200 }, () => connected(server)));
  for (const client of waiting) client.send(get('/named/'));
  await expect.poll(() => server.stats().queued, { timeout: 10_000 }).toBeGreaterThan(0);
  expect((await threadsOf(server, ['/thread/'], 50)).size).toBe(1);
  expect(server.stats().queued).toBeGreaterThan(0);
});

it('a pool whose line is full refuses its own requests only', async () => {
  takeErrors();
  const server = await started({ app, workers: 1, pools: { reports: { workers: 2 } }, limits: { queued: 1 }, timeouts: { request: '60s' } });
  await spinReports(server, 2);
  const waiting = await Promise.all(Array.from({ length: 200 }, () => connected(server)));
  for (const client of waiting) client.send(get('/named/'));
  await expect.poll(() => server.stats().rejectedQueueFull, { timeout: 10_000 }).toBeGreaterThan(0);
  expect((await ask(server.url, get('/thread/'))).status).toBe(200);
});

it('a reload gives each pool new workers, and what waited for one of a pool is answered by its successor', async () => {
  takeErrors();
  const server = await started({ app, workers: 1, pools: { reports: { workers: 1 } }, timeouts: { request: '60s', queue: '60s', drain: 200 } });
  const before = await threadsOf(server, ['/thread/', '/named/']);
  await spinReports(server, 1);
  const behind = await connected(server);
  behind.send(get('/named/'));
  expect((await server.reload()).workers).toBe(2);
  expect((await behind.answer()).status).toBe(200);
  const after = await threadsOf(server, ['/thread/', '/named/']);
  expect(after.size).toBe(2);
  expect([...before].filter((thread) => after.has(thread))).toEqual([]);
});

it('a pool that is not there ends the start with the route, the name and the pools that are', async () => {
  await expect(started({ app, workers: 1, pools: { report: { workers: 1 } } })).rejects.toThrow(
    'the route "/reports/thread/" asks for the pool "reports", and there is none of that name. Did you mean "report"? The pools are default, report.',
  );
  await expect(started({ app, workers: 1 })).rejects.toThrow('Add it to "pools" of the configuration, or choose one of default.');
});

it('the metrics have every pool, and the thread of every worker: of one that stands still, how long it has', async () => {
  takeErrors();
  const server = await started({ app, pools: { default: { workers: 1 }, reports: { workers: 1 } }, metrics: { listen: 0 }, timeouts: { request: '60s' } });
  await spinReports(server, 1);
  const page = async () => (await ask(server.metricsUrl as string, get('/metrics'))).text;
  const lags = async () => [...(await page()).matchAll(/^fastserve_worker_loop_lag_seconds\{slot="\d+"\} (\S+)$/gm)].map(([, value]) => Number(value));
  await expect.poll(async () => Math.max(...(await lags())), { timeout: 20_000 }).toBeGreaterThan(1);
  expect(Math.max(...server.stats().workers.map(({ loopLagMs }) => loopLagMs))).toBeGreaterThan(1000);
  const text = await page();
  for (const [pool, busy] of [['default', 0], ['reports', 1]] as const) {
    expect(text).toContain(`fastserve_pool_workers{pool="${pool}"} 1\n`);
    expect(text).toContain(`fastserve_pool_busy_workers{pool="${pool}"} ${busy}\n`);
    expect(text).toContain(`fastserve_pool_queue_depth{pool="${pool}"} 0\n`);
  }
  expect(text.match(/^fastserve_worker_heap_used_bytes\{slot="\d+"\} [1-9]\d{6,}$/gm)).toHaveLength(2);
  expect(text.match(/^fastserve_worker_starts_total\{slot="\d+"\} 1$/gm)).toHaveLength(2);
  expect(text).toContain('fastserve_log_lines_dropped_total 0\n');
});

it('a free slot, and an application in the thread of the server, have no gauges', async () => {
  const server = await started({ app, pools: { default: { workers: 1 }, reports: { workers: 1 } } });
  const free = server.stats().workers.find(({ state }) => state === 'free');
  expect(free).toMatchObject({ heapBytes: -1, heapLimit: -1, externalBytes: -1, loopLagMs: -1 });
  const own = await inline(() => {});
  expect(own.stats().workers[0]).toMatchObject({ state: 'attached', heapBytes: -1, loopLagMs: -1 });
});
