/** Who waits for a worker, in which order and how long: lines of pools, limits of routes, numbers of workers that follow the line. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('lined-up.mjs');
type Queue = NonNullable<NonNullable<Config['pools']>[string]['queue']>;

/** The keys in the order in which their views ran: the first holds the worker while the others come, one after the other. */
async function orderOf(queue: Queue, keys: readonly string[], holdMs: number): Promise<string> {
  const server = await started({ app, pools: { default: { workers: 1, queue } } });
  const mark = join(await directoryWith(), 'order');
  const clients = [await connected(server)];
  clients[0]?.send(get(`/block/?key=first&ms=${holdMs}&mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  for (const [index, key] of keys.entries()) {
    const client = await connected(server);
    clients.push(client);
    client.send(get(`/block/?key=${key}&ms=0&mark=${mark}`));
    await expect.poll(() => server.stats().queued, { timeout: 10_000 }).toBe(index + 1);
  }
  for (const client of clients) expect((await client.answer()).status).toBe(200);
  return readFileSync(mark, 'utf8').trim().split('\n').slice(1).join(' ');
}

/** The stats of the pool "default". */
const poolOf = (server: FastServer) => server.stats().pools[0];

it('clients take turns where the line is fair by their key', async () => {
  expect(await orderOf({ fair: '$arg_key' }, ['a', 'a', 'a', 'b', 'c'], 3000)).toBe('a b c a a');
});

it('the newest go first while a line with that order does not become empty', async () => {
  expect(await orderOf({ order: 'newest-first' }, ['a', 'b', 'c'], 3000)).toBe('c b a');
});

it('a pool has its own longest wait: 503 with Retry-After, natively', async () => {
  const server = await started({ app, pools: { default: { workers: { min: 1, max: 1 }, queue: { maxWait: 150 } } } });
  const mark = join(await directoryWith(), 'holds');
  (await connected(server)).send(get(`/block/?key=x&ms=3000&mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  const refused = await ask(server.url, get('/'));
  expect([refused.status, refused.field('retry-after')]).toEqual([503, '1']);
  expect(poolOf(server)?.rejected).toBe(1);
});

it('a route with a limit runs so many at once over all workers, and the others wait or are refused', async () => {
  const server = await started({ app, workers: 2, ioThreads: 2 });
  const mark = join(await directoryWith(), 'runs');
  const first = await connected(server);
  first.send(get(`/one-by-one/?ms=1500&mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  const second = await connected(server);
  second.send(get(`/one-by-one/?ms=0&mark=${mark}`));
  await expect.poll(() => server.stats().queued, { timeout: 10_000 }).toBe(1);
  expect((await ask(server.url, get('/'))).status).toBe(200);
  expect(readFileSync(mark, 'utf8').trim().split('\n')).toHaveLength(1);
  expect([(await first.answer()).status, (await second.answer()).status]).toEqual([200, 200]);

  first.send(get(`/one-or-none/?ms=60000&mark=${mark}`));
  await expect.poll(() => readFileSync(mark, 'utf8').trim().split('\n').length, { timeout: 10_000 }).toBe(3);
  expect((await ask(server.url, get('/one-or-none/?ms=0'))).status).toBe(503);
  expect(server.stats().concurrencyLimited).toBe(1);
  // With RST: a FIN this soon behind a request may be a client that still waits for its answer.
  first.reset();
  await expect.poll(async () => (await ask(server.url, get('/one-or-none/?ms=0'))).status, { timeout: 10_000 }).toBe(200);
});

it('a pool grows while requests wait too long, and shrinks when there is little to do', async () => {
  const errors = takeErrors();
  const server = await started({ app, pools: { default: { workers: { min: 1, max: 2, wait: 50, idle: 500 } } } });
  const clients = await Promise.all(Array.from({ length: 6 }, () => connected(server)));
  for (const client of clients) client.send(get('/block/?ms=1500'));
  await expect.poll(() => poolOf(server)?.workers, { timeout: 20_000 }).toBe(2);
  for (const client of clients) expect((await client.answer()).status).toBe(200);
  await expect.poll(() => poolOf(server)?.workers, { timeout: 20_000 }).toBe(1);
  expect(errors()).toMatch(/pool default: 2 workers, for a request has waited \d+ ms/);
  expect(errors()).toMatch(/pool default: 1 worker, for \d of 2 had work/);
}, 60_000);
