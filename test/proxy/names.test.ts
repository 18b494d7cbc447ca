/** Names of servers whose addresses change. */
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { atEnd, connected, started, takeErrors } from '../support/servers.ts';
import { DnsServer } from './dns-server.ts';
import { answer } from './upstream.ts';

/** Servers on one port of several loopback addresses; each answers with its address. */
async function hosts(...addresses: string[]): Promise<number> {
  let port = 0;
  for (const address of addresses) {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => void socket.write(answer(address)));
    });
    server.listen(port, address);
    await once(server, 'listening');
    ({ port } = server.address() as { port: number });
    atEnd(() => void server.close());
  }
  return port;
}

async function site(dns: DnsServer, port: number, resolve: object = {}): Promise<FastServer> {
  return started({
    upstreams: { farm: { servers: [`http://app.test:${port}`], resolve: { servers: [dns.address], min: 20, ...resolve }, timeouts: { keepAlive: 60_000 } } },
    proxy: [{ prefix: '/', upstream: 'farm' }],
  });
}

async function ask(server: FastServer): Promise<string> {
  const client = await connected(server);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return (await client.answer()).text;
}

const addresses = (server: FastServer) => server.upstream('farm').list().map(({ address }) => address.split(':')[0]);

it('a name is asked for again when its time to live is over; requests go to its new addresses', async () => {
  const dns = await DnsServer.start();
  const port = await hosts('127.0.0.1', '127.0.0.2', '127.0.0.3');
  dns.addresses.set('app.test', ['127.0.0.1']);
  const server = await site(dns, port);
  expect(await ask(server)).toBe('127.0.0.1');
  dns.addresses.set('app.test', ['127.0.0.3', '127.0.0.2']);
  await expect.poll(() => addresses(server), { timeout: 20_000 }).toEqual(['127.0.0.2', '127.0.0.3']);
  expect((await Promise.all([ask(server), ask(server)])).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
  expect(server.upstream('farm').list().map(({ url }) => url)).toEqual([`http://app.test:${port}`, `http://app.test:${port}`]);
}, 60_000);

it('a name that cannot be resolved keeps its last addresses, and the log says so once', async () => {
  const dns = await DnsServer.start();
  dns.ttl = 0;
  const port = await hosts('127.0.0.1', '127.0.0.2');
  dns.addresses.set('app.test', ['127.0.0.1']);
  const server = await site(dns, port, { max: 100 });
  const errors = takeErrors();
  dns.fails = true;
  await expect.poll(errors, { timeout: 30_000 }).toContain('upstream farm: app.test cannot be resolved');
  expect(await ask(server)).toBe('127.0.0.1');
  dns.fails = false;
  dns.addresses.set('app.test', ['127.0.0.2']);
  await expect.poll(errors, { timeout: 30_000 }).toContain('upstream farm: app.test can be resolved again');
  await expect.poll(() => addresses(server), { timeout: 20_000 }).toEqual(['127.0.0.2']);
  expect(errors().match(/cannot be resolved/g)).toHaveLength(1);
}, 90_000);

it('settings of a name are those of all its addresses, and stay with new ones', async () => {
  const dns = await DnsServer.start();
  const port = await hosts('127.0.0.1', '127.0.0.2');
  dns.addresses.set('app.test', ['127.0.0.1', '127.0.0.2']);
  const server = await site(dns, port);
  server.upstream('farm').set(`http://app.test:${port}`, { weight: 7 });
  expect(server.upstream('farm').list().map(({ weight }) => weight)).toEqual([7, 7]);
  dns.addresses.set('app.test', ['127.0.0.4']);
  await expect.poll(() => server.upstream('farm').list().map(({ address, weight }) => [address, weight]), { timeout: 20_000 }).toEqual([[`127.0.0.4:${port}`, 7]]);
}, 60_000);

it('a name that nobody knows is refused at the start', async () => {
  const dns = await DnsServer.start();
  await expect(site(dns, 9000)).rejects.toThrow('upstreams.farm.servers[0]: got "app.test", which has no address here.');
});
