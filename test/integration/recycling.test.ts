/** Workers that are worn are replaced by workers that are ready, and nobody notices. */
import { expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { connected, fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('wearing.mjs');

it('by requests: under load no answer is lost and no connection is cut, while one thread follows the other', async () => {
  const errors = takeErrors();
  const server = await started({ app, workers: 1, recycle: { requests: 50 } });
  const threads = new Set<string>();
  const statuses = new Set<number>();
  const until = performance.now() + 20_000;
  const load = async () => {
    const client = await connected(server);
    while (threads.size < 3 && performance.now() < until) {
      client.send(get('/thread/'));
      const answer = await client.answer();
      statuses.add(answer.status);
      threads.add(answer.text);
    }
  };
  await Promise.all(Array.from({ length: 4 }, load));
  expect([...statuses]).toEqual([200]);
  expect(threads.size).toBeGreaterThanOrEqual(3);
  expect(server.stats().connectionsAccepted).toBe(4);
  expect(errors()).toMatch(/worker \d gives way to worker \d: it has answered \d+ requests/);
  expect(errors()).not.toContain('died');
}, 40_000);

it.each([
  ['a heap beyond recycle.heap', '/hoard/', { heap: '40mb' }, /its heap holds \d+ MiB \(recycle\.heap: 40 MiB\)/],
  ['buffers beyond recycle.external', '/buffer/', { external: '30mb' }, /it holds \d+ MiB outside its heap \(recycle\.external: 30 MiB\)/],
])('%s', async (_name, path, recycle, reason) => {
  const errors = takeErrors();
  const server = await started({ app, workers: 1, recycle });
  const first = (await ask(server.url, get('/thread/'))).text;
  await ask(server.url, get(path));
  await expect.poll(errors, { timeout: 15_000 }).toMatch(reason);
  expect((await ask(server.url, get('/thread/'))).text).not.toBe(first);
}, 30_000);

it('what a worn worker has begun it ends itself', async () => {
  const errors = takeErrors();
  const server = await started({ app, workers: 1, recycle: { age: 300 } });
  const client = await connected(server);
  client.send(get('/slowly/?ms=3000'));
  const [slow] = await Promise.all([client.answer(), expect.poll(errors, { timeout: 15_000 }).toMatch(/gives way to worker \d: it is \d+ s old/)]);
  expect(slow.status).toBe(200);
}, 30_000);
