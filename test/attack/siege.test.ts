/** Slow, silent and deaf clients together, in the hundreds. Only outcomes are checked here; bench/workloads/siege-* have the figures. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Client, get, post } from '../support/client.ts';
import { inParallel } from '../support/random.ts';
import { connected, directoryWith, fixtureApp } from '../support/servers.ts';
import { type Victim, victim } from '../support/victim.ts';

const MIB = 1024 * 1024;
const SLOW = 500;
const IDLE = 1000;
const DEAF = 200;
/** Of a client that behaves, and of files that are kept open. */
const OTHER_DESCRIPTORS = 6;

async function crowd(server: Victim, count: number, greet: (client: Client) => Promise<unknown> | void): Promise<Client[]> {
  const clients: Client[] = [];
  await inParallel(count, 64, async () => {
    const client = await connected(server.url);
    await greet(client);
    clients.push(client);
  });
  return clients;
}

/** Views, files and uploads on one connection. */
async function served(client: Client, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    for (const request of [get(`/${i}`), get('/s/small.txt'), post('/upload', Buffer.alloc(20_000))]) {
      client.send(request);
      expect((await client.answer()).status).toBe(200);
    }
  }
}

describe(`${SLOW} slow heads, ${IDLE} idle connections and ${DEAF} clients that never read, at once`, () => {
  it('are each ended at their limit, in bounded memory, while others are answered', async () => {
    const root = await directoryWith({ 'small.txt': 'small' });
    await writeFile(join(root, 'big.bin'), '');
    await truncate(join(root, 'big.bin'), 64 * MIB);
    const timeouts = { header: '2s', keepAlive: '4s', write: '3s' };
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1, static: [{ prefix: '/s/', root }], timeouts });
    const other = await connected(server.url);
    await served(other, 20);
    const [memory, descriptors] = [await server.memory(), await server.descriptors()];

    const [slow, idle] = await Promise.all([
      crowd(server, SLOW, (client) => client.send('GET / HTTP/1.1\r\nX-Slow: ')),
      crowd(server, IDLE, async (client) => {
        client.send(get('/hello'));
        expect((await client.answer()).status).toBe(200);
      }),
      crowd(server, DEAF, (client) => {
        client.socket.pause();
        client.send(get('/s/big.bin'));
      }),
    ]);
    await served(other, 100);
    expect((await server.memory()) - memory).toBeLessThan(32 * MIB);

    const statuses = await Promise.all(slow.map(async (client) => (await client.answer()).status));
    expect(new Set(statuses)).toEqual(new Set([408]));
    for (const client of idle) expect(await client.ended()).toBe('fin');
    for (const client of slow) client.destroy();
    await expect.poll(() => server.descriptors(), { timeout: 10_000 }).toBeLessThanOrEqual(descriptors + OTHER_DESCRIPTORS);
    await server.alive();
  });
});
