/** Time limits of requests, of the server and of routes: what clients get, and what becomes of the worker. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('limited.mjs');

it('a route\'s own limit ends a view in 504, not before its time, and leaves a worker alone that only waits', async () => {
  const errors = takeErrors();
  const server = await started({ app, workers: 1 });
  const began = performance.now();
  const answer = await ask(server.url, get('/never/'));
  expect(answer.status).toBe(504);
  expect(performance.now() - began).toBeGreaterThan(245);
  expect((await ask(server.url, get('/fast/'))).status).toBe(200);
  expect(server.stats().timedOut).toBe(1);
  expect(errors()).toBe('');
});

it('a view that loops past its route\'s limit loses its thread, and what came behind it is answered by the next one', async () => {
  const errors = takeErrors();
  const server = await started({ app, workers: 1, timeouts: { request: '30s' } });
  const mark = join(await directoryWith(), 'spins');
  const looping = await connected(server);
  looping.send(get(`/spin/?mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  const behind = await Promise.all(Array.from({ length: 5 }, () => connected(server)));
  for (const client of behind) client.send(get('/fast/'));
  expect((await looping.answer()).status).toBe(504);
  for (const client of behind) expect((await client.answer()).status).toBe(200);
  expect(errors()).toContain('worker 0 died, starting another: FastServeError: its event loop stands still, with a request past its time limit');
});

it('requests behind a looping view whose own limit is as short get their full time, not its 504', async () => {
  takeErrors();
  const server = await started({ app, workers: 1, timeouts: { request: '400ms' } });
  const mark = join(await directoryWith(), 'spins');
  const looping = await connected(server);
  looping.send(get(`/spin/?mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  const behind = await connected(server);
  behind.send(get('/fast/'));
  expect((await looping.answer()).status).toBe(504);
  expect((await behind.answer()).status).toBe(200);
});

it('the soft limit aborts request.signal with a TimeoutError while the answer is still taken', async () => {
  const server = await started({ app, workers: 1 });
  const answer = await ask(server.url, get('/soft/'));
  expect([answer.status, answer.text]).toEqual([200, 'TimeoutError']);
});

it('a route with timeout 0 outlives the server\'s limit', async () => {
  takeErrors();
  const server = await started({ app, workers: 1, timeouts: { request: 150 } });
  const [limited, free] = await Promise.all([ask(server.url, get('/nap/?ms=600')), ask(server.url, get('/long-nap/?ms=600'))]);
  expect([limited.status, free.status]).toEqual([504, 200]);
});
