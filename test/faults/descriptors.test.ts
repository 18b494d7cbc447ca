/** Descriptors that run out, and thousands of clients that are slow: others are served, and everything comes back. */
import { writeFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, Client, get, head } from '../support/client.ts';
import { heavy } from '../support/heavy.ts';
import { inParallel } from '../support/random.ts';
import { atEnd, connected } from '../support/servers.ts';
import { siteDirectory } from './command.ts';
import { Host } from './host.ts';
import { file, large, Load, view } from './load.ts';

const MIB = 1024 * 1024;
const KINDS = ['view', 'file', 'large'];

/** Connections that are reset behind the test, or by their `release`. */
async function crowd(url: string, count: number, greet: (client: Client) => void): Promise<{ clients: Client[]; release: () => void }> {
  const clients: Client[] = [];
  const release = () => {
    for (const client of clients.splice(0)) client.reset();
  };
  atEnd(release);
  await inParallel(count, 100, async () => {
    const client = await Client.connect(url);
    clients.push(client);
    greet(client);
  });
  return { clients, release };
}

describe('a thousand connections where there are descriptors for fewer than two hundred', () => {
  it('are taken as far as it goes, without spinning; who is connected is served, and the others are when there is room', async () => {
    const timeouts = { header: '60s', keepAlive: '60s' };
    const host = await Host.start({ timeouts }, { shell: 'ulimit -n 200' });
    const load = new Load(host.url, { clients: 6, visits: [view, file, large], pauseMs: 10 });
    await load.served(10, ...KINDS);
    const before = await host.held();
    const { clients, release } = await crowd(host.url, 1000, () => {});
    await expect.poll(async () => (await host.stats()).acceptPauses).toBeGreaterThan(0);
    await load.served(20, 'view', 'file');
    const { acceptPauses } = await host.stats();
    const began = performance.now();
    await sleep(1000);
    const pausesMade = (await host.stats()).acceptPauses - acceptPauses;
    // One rest of 100 ms after the other, not one attempt after the other.
    expect(pausesMade).toBeGreaterThan(0);
    expect(pausesMade).toBeLessThan((performance.now() - began) / 50);
    const last = clients.at(-1) as Client;
    last.send(get('/t/last'));
    for (const client of clients.splice(0, clients.length - 1)) client.reset();
    expect((await last.answer()).text).toBe('alive /t/last');
    release();
    await load.served(20, ...KINDS);
    expect((await ask(host.url, get('/t/new'))).text).toBe('alive /t/new');
    const tally = await load.end('large 503');
    expect(tally['large 200']).toBeGreaterThan(30);
    await host.settled(before);
  });
});

const SENDERS = heavy(1000, 2000);
const DEAF = heavy(250, 500);

describe(`${SENDERS} clients that drip their content and ${DEAF} that never read, at once`, () => {
  it('hold no worker and bounded memory, are ended at their limits, and nobody else notices', async () => {
    const directory = await siteDirectory();
    const root = join(directory, 'files');
    await writeFile(join(root, 'big.bin'), '');
    await truncate(join(root, 'big.bin'), 64 * MIB);
    const host = await Host.start({ static: [{ prefix: '/files/', root }], timeouts: { bodyTotal: '6s', write: '6s' } });
    const load = new Load(host.url, { clients: 8, visits: [view, file, large] });
    await load.served(20, ...KINDS);
    const before = await host.held();
    const slow = await crowd(host.url, SENDERS, (client) => client.send(head('POST', '/mirror', 'Content-Length: 1000')));
    const deaf = await crowd(host.url, DEAF, (client) => {
      client.socket.pause();
      client.send(get('/files/big.bin'));
    });
    const drip = setInterval(() => {
      for (const { socket } of slow.clients) if (socket.writable) socket.write('b');
    }, 1000);
    atEnd(() => clearInterval(drip));
    for (const kind of KINDS) load.worstMs(kind);
    await load.served(50, ...KINDS);
    expect((await host.held()).bytes - before.bytes).toBeLessThan(48 * MIB);
    for (const kind of KINDS) expect(load.worstMs(kind), kind).toBeLessThan(3000);
    const statuses = await Promise.all(slow.clients.map(async (client) => (await client.answer()).status));
    expect(new Set(statuses)).toEqual(new Set([408]));
    clearInterval(drip);
    await load.served(20, ...KINDS);
    slow.release();
    // Cut by the server: the descriptors come back although these clients hold theirs.
    await expect.poll(async () => (await host.stats()).connectionsOpen, { timeout: 30_000 }).toBeLessThanOrEqual(8);
    deaf.release();
    await load.end();
    await host.settled(before);
  });
});

describe('five hundred slow readers', () => {
  it('each get their file whole, and others theirs at once', async () => {
    const host = await Host.start();
    const load = new Load(host.url, { clients: 4, visits: [file, view] });
    await load.served(20, 'file', 'view');
    const before = await host.held();
    const readers = heavy(200, 500);
    const whole = inParallel(readers, readers, async () => {
      const client = await connected(host.url, { highWaterMark: 8192 });
      client.send(large.request(''));
      client.socket.pause();
      for (let i = 0; i < 5; i++) {
        await sleep(100);
        client.socket.resume();
        await sleep(5);
        client.socket.pause();
      }
      client.socket.resume();
      expect(large.isRight(await client.answer(), '')).toBe(true);
      client.destroy();
    });
    load.worstMs('file');
    await load.served(100, 'file', 'view');
    expect(load.worstMs('file')).toBeLessThan(2000);
    await whole;
    await load.end();
    await host.settled(before);
  });
});
