/** Connections that come and go at every moment of their life. */
import { describe, expect, it } from 'vitest';
import { Client, get, post } from '../support/client.ts';
import { fixtureApp } from '../support/servers.ts';
import { inParallel, Random } from '../support/random.ts';
import { victim } from '../support/victim.ts';

const WAYS: ((client: Client) => Promise<unknown> | void)[] = [
  (client) => client.destroy(),
  (client) => client.reset(),
  (client) => client.finish(),
  (client) => {
    client.send('GET /half');
    client.reset();
  },
  (client) => {
    client.send(get('/left'));
    client.destroy();
  },
  (client) => {
    client.send(get('/left').repeat(20));
    client.reset();
  },
  (client) => {
    client.send(post('/upload', Buffer.alloc(50_000)).subarray(0, 30_000));
    client.reset();
  },
  async (client) => {
    client.send(get('/whole') + get('/last', 'Connection: close'));
    expect((await client.answer()).status).toBe(200);
    expect((await client.answer()).status).toBe(200);
    client.finish();
    await client.ended();
  },
];

describe.each([1, 2])('2,000 connections opened and closed, %i I/O threads', (ioThreads) => {
  it('leave no descriptor, no memory and no request behind', async () => {
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1, ioThreads });
    const random = new Random(2024 + ioThreads);
    const storm = (count: number) =>
      inParallel(count, 25, async () => {
        const client = await Client.connect(server.url);
        await random.pick(WAYS)(client);
        if (random.below(2) === 0) client.destroy();
        else setImmediate(() => client.destroy());
      });
    await storm(200);
    await server.alive();
    const [descriptors, memory] = [await server.descriptors(), await server.memory()];
    await storm(2000);
    await server.alive();
    await expect.poll(() => server.descriptors(), { timeout: 10_000 }).toBeLessThanOrEqual(descriptors + 3);
    expect((await server.memory()) - memory).toBeLessThan(32 * 1024 * 1024);
  }, 30_000);
});
