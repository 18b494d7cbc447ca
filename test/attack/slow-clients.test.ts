/** Clients that take their time: in speaking (slowloris, slow content) and in listening. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Client, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline } from '../support/servers.ts';
import { victim } from '../support/victim.ts';

const MIB = 1024 * 1024;

/** Answers for a client that behaves, one after the other, while `attack` lasts. */
async function servedMeanwhile(url: string, requests: number): Promise<void> {
  const client = await connected(url);
  for (let i = 0; i < requests; i++) {
    client.send(get(`/${i}`));
    expect((await client.answer()).status).toBe(200);
  }
}

/** Sends the rest of `bytes` to each client, a byte at a time. */
function drip(clients: readonly Client[], bytes: string): () => void {
  let position = 0;
  const timer = setInterval(() => {
    const byte = bytes[position++ % bytes.length] as string;
    for (const client of clients) if (client.socket.writable) client.socket.write(byte);
  }, 25);
  return () => clearInterval(timer);
}

describe('200 connections that drip their heads', () => {
  it('hold no worker, and each gets 408 when its time is over', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'ok'), { timeouts: { header: 1000 } });
    const slow = await Promise.all(Array.from({ length: 200 }, () => connected(server)));
    const stop = drip(slow, 'GET /x HTTP/1.1\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
    await servedMeanwhile(server.url, 100);
    expect(server.stats().requestsToWorkers).toBe(100);
    const statuses = await Promise.all(slow.map(async (client) => (await client.answer()).status));
    stop();
    expect(new Set(statuses)).toEqual(new Set([408]));
    for (const client of slow) client.destroy();
    await expect.poll(() => server.stats().connectionsOpen).toBeLessThanOrEqual(1);
  });
});

describe('200 connections that drip their content', () => {
  it('hold no worker before it is complete', async () => {
    const server = await inline(async (request, respond) => respond(200, [], await request.body.bytes()));
    const slow = await Promise.all(Array.from({ length: 200 }, () => connected(server)));
    for (const client of slow) client.send(head('POST', '/', 'Content-Length: 20'));
    const stop = drip(slow, 'b');
    await servedMeanwhile(server.url, 100);
    const texts = await Promise.all(slow.map(async (client) => (await client.answer()).text));
    stop();
    expect(new Set(texts)).toEqual(new Set(['b'.repeat(20)]));
  });
});

describe('500 connections that say nothing', () => {
  it('are ended, and cost the others nothing', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'ok'), { timeouts: { header: 500 } });
    const silent = await Promise.all(Array.from({ length: 500 }, () => connected(server)));
    await servedMeanwhile(server.url, 50);
    for (const client of silent) await client.ended();
    for (const client of silent) client.destroy();
    await expect.poll(() => server.stats().connectionsOpen).toBeLessThanOrEqual(1);
  });
});

describe('clients of a large file that never read', () => {
  it('hold neither memory nor others, and are ended', async () => {
    const root = await directoryWith();
    await writeFile(join(root, 'big.bin'), '');
    await truncate(join(root, 'big.bin'), 256 * MIB);
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1, static: [{ prefix: '/s/', root }], timeouts: { write: 1000 } });
    await servedMeanwhile(server.url, 50);
    const [before, descriptors] = [await server.memory(), await server.descriptors()];
    const stuck = await Promise.all(Array.from({ length: 50 }, () => connected(server.url)));
    for (const client of stuck) {
      client.socket.pause();
      client.send(get('/s/big.bin').repeat(3));
    }
    await servedMeanwhile(server.url, 200);
    expect((await server.memory()) - before).toBeLessThan(32 * MIB);
    await expect.poll(() => server.descriptors(), { timeout: 10_000 }).toBeLessThanOrEqual(descriptors + 3);
  }, 30_000);
});

describe('clients that pipeline and never read', () => {
  it('hold bounded memory', async () => {
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1 });
    await servedMeanwhile(server.url, 50);
    const before = await server.memory();
    const stuck = await Promise.all(Array.from({ length: 20 }, () => connected(server.url)));
    const requests = Buffer.from(get(`/${'x'.repeat(4000)}`).repeat(500));
    for (const client of stuck) {
      client.socket.pause();
      client.send(requests);
    }
    await servedMeanwhile(server.url, 200);
    expect((await server.memory()) - before).toBeLessThan(48 * MIB);
    await server.alive();
  }, 30_000);
});
