/** Requests that end their worker: what becomes of them, and of those that were with them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, get, post } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';

const deadly = fixtureApp('deadly.mjs');

it('a request that ended two workers is refused without a worker, and others are served', async () => {
  const errors = takeErrors();
  const server = await started({ app: deadly, workers: 1 });
  const client = await connected(server);
  const statuses: number[] = [];
  for (let i = 0; i < 30; i++) {
    client.send(get('/exit') + get('/after'));
    statuses.push((await client.answer()).status);
    expect((await client.answer()).status).toBe(200);
  }
  expect(statuses.slice(0, 2)).toEqual([502, 502]);
  expect(new Set(statuses.slice(2))).toEqual(new Set([500]));
  expect(server.stats().quarantined).toBe(28);
  expect(errors().match(/died, starting another/g)).toHaveLength(2);
  client.send(get('/exit?of=another'));
  expect((await client.answer()).status).toBe(502);
}, 30_000);

it('with timeouts.quarantine 0 nothing is refused', async () => {
  takeErrors();
  const server = await started({ app: deadly, workers: 1, timeouts: { quarantine: 0 } });
  const client = await connected(server);
  for (let i = 0; i < 4; i++) {
    client.send(get('/exit'));
    expect((await client.answer()).status).toBe(502);
  }
}, 30_000);

it('a request that was with others in three workers that died is still served', async () => {
  takeErrors();
  const server = await started({ app: fixtureApp('limited.mjs'), workers: 1, timeouts: { request: '20s' } });
  for (let i = 0; i < 3; i++) {
    const popular = await connected(server);
    popular.send(get('/nap/?ms=20000'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    await ask(server.url, get(`/exit/?${i}`));
    expect((await popular.answer()).status).toBe(502);
    expect((await ask(server.url, get('/fast/'))).status).toBe(200);
  }
  expect(server.stats().quarantined).toBe(0);
}, 30_000);

it('with replay "safe" nine requests that waited beside a loop are answered by the next worker', async () => {
  takeErrors();
  const server = await started({ app: fixtureApp('limited.mjs'), workers: 1, replay: 'safe' });
  const marks = await directoryWith();
  const waiting = await Promise.all(Array.from({ length: 9 }, () => connected(server)));
  for (const [index, client] of waiting.entries()) client.send(get(`/nap/?ms=1500&mark=${join(marks, String(index))}`));
  for (const index of waiting.keys()) await expect.poll(() => existsSync(join(marks, String(index))), { timeout: 10_000 }).toBe(true);
  const [loop, ...naps] = await Promise.all([ask(server.url, get('/spin/')), ...waiting.map((client) => client.answer())]);
  expect(loop?.status).toBe(504);
  expect(naps.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(server.stats().replayed).toBe(9);
}, 30_000);

it('equal requests are one suspect: a page that many wait for is not refused because a loop beside them ended the worker', async () => {
  takeErrors();
  const server = await started({ app: fixtureApp('limited.mjs'), workers: 1, replay: 'safe' });
  const waiting = await Promise.all(Array.from({ length: 9 }, () => connected(server)));
  for (const client of waiting) client.send(get('/nap/?ms=1500'));
  await expect.poll(() => server.stats().inFlight).toBe(9);
  const [loop, ...naps] = await Promise.all([ask(server.url, get('/spin/')), ...waiting.map((client) => client.answer())]);
  expect([loop?.status, ...naps.map(({ status }) => status)]).toEqual([504, ...naps.map(() => 200)]);
  expect(server.stats()).toMatchObject({ replayed: 9, quarantined: 0 });
}, 30_000);

it('a replayed request that ends the next worker too is not tried a third time', async () => {
  const errors = takeErrors();
  const server = await started({ app: deadly, workers: 2, replay: 'safe' });
  expect((await ask(server.url, get('/exit'))).status).toBe(502);
  expect(server.stats().replayed).toBe(1);
  expect((await ask(server.url, get('/exit'))).status).toBe(500);
  await expect.poll(() => errors().match(/died, starting another/g)?.length).toBe(2);
}, 30_000);

it('a POST is never replayed', async () => {
  takeErrors();
  const server = await started({ app: deadly, workers: 1, replay: 'safe' });
  expect((await ask(server.url, String(post('/exit', 'x')))).status).toBe(502);
  expect(server.stats().replayed).toBe(0);
}, 30_000);
