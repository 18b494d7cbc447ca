/** Servers that are found by SRV records (RFC 2782). */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect, it } from 'vitest';
import type { FastServer, UpstreamServerConfig } from '../../dist/index.js';
import { atEnd, connected, started, takeErrors } from '../support/servers.ts';
import { DnsServer } from './dns-server.ts';
import { answer } from './upstream.ts';

const SERVICE = '_http._tcp.app.test';
const URL = `http://${SERVICE}`;

/** A server that answers with `text`, and the fields that it got; its port. */
async function host(text: string, address = '127.0.0.1'): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => void socket.write(answer(`${text} ${/^host: (.*)\r$/im.exec(bytes.toString())?.[1] ?? ''}`)));
  });
  server.listen(0, address);
  await once(server, 'listening');
  atEnd(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function site(dns: DnsServer, server: string | UpstreamServerConfig = URL): Promise<FastServer> {
  return started({
    upstreams: { farm: { servers: [server], resolve: { servers: [dns.address], min: 20, max: 200 } } },
    proxy: [{ prefix: '/', upstream: 'farm', sendHost: 'upstream' }],
  });
}

async function ask(server: FastServer): Promise<string> {
  const client = await connected(server);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return (await client.answer()).text;
}

const shares = (server: FastServer) => server.upstream('farm').list().map(({ address, weight, backup }) => ({ address, weight, backup }));

async function known(addresses: Record<string, string>): Promise<DnsServer> {
  const dns = await DnsServer.start();
  for (const [name, address] of Object.entries(addresses)) dns.addresses.set(name, [address]);
  return dns;
}

it('records of a service name its ports, weights and, by a worse priority, its backups', async () => {
  const dns = await known({ 'one.test': '127.0.0.1', 'two.test': '127.0.0.2' });
  dns.services.set(SERVICE, [
    { priority: 20, weight: 0, port: 9003, target: 'one.test' },
    { priority: 10, weight: 30, port: 9002, target: 'two.test' },
    { priority: 10, weight: 60, port: 9001, target: 'one.test' },
  ]);
  expect(shares(await site(dns))).toEqual([
    { address: '127.0.0.1:9001', weight: 60, backup: false },
    { address: '127.0.0.2:9002', weight: 30, backup: false },
    { address: '127.0.0.1:9003', weight: 1, backup: true },
  ]);
});

it('requests go to the servers of the service, which hear its domain as their name', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [
    { priority: 0, weight: 1, port: await host('one'), target: 'one.test' },
    { priority: 0, weight: 1, port: await host('two'), target: 'one.test' },
  ]);
  const server = await site(dns);
  expect([await ask(server), await ask(server)].sort()).toEqual(['one app.test', 'two app.test']);
});

it('weights beyond 1000 keep their shares', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [
    { priority: 0, weight: 60_000, port: 1, target: 'one.test' },
    { priority: 0, weight: 15_000, port: 2, target: 'one.test' },
    { priority: 0, weight: 1, port: 3, target: 'one.test' },
  ]);
  expect(shares(await site(dns)).map(({ weight }) => weight)).toEqual([1000, 250, 1]);
});

it('records that change change the servers, and those that stay keep their counts', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  const [first, second] = [await host('one'), await host('two')];
  dns.services.set(SERVICE, [{ priority: 0, weight: 5, port: first, target: 'one.test' }]);
  const server = await site(dns);
  await ask(server);
  dns.services.set(SERVICE, [
    { priority: 0, weight: 7, port: first, target: 'one.test' },
    { priority: 1, weight: 1, port: second, target: 'one.test' },
  ]);
  const list = () => server.upstream('farm').list().map(({ address, weight, backup, answered }) => [address, weight, backup, answered]);
  await expect.poll(list, { timeout: 20_000 }).toEqual([
    [`127.0.0.1:${first}`, 7, false, 1],
    [`127.0.0.1:${second}`, 1, true, 0],
  ]);
}, 60_000);

it('a host without an address is left out', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [
    { priority: 0, weight: 1, port: 1, target: 'gone.test' },
    { priority: 0, weight: 1, port: 2, target: 'one.test' },
  ]);
  expect(shares(await site(dns)).map(({ address }) => address)).toEqual(['127.0.0.1:2']);
});

it('a service that is not offered any more keeps its last servers, and the log says so', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [{ priority: 0, weight: 1, port: await host('one'), target: 'one.test' }]);
  const server = await site(dns);
  const errors = takeErrors();
  dns.services.set(SERVICE, [{ priority: 0, weight: 0, port: 1, target: '.' }]);
  await expect.poll(errors, { timeout: 20_000 }).toContain(`upstream farm: ${SERVICE} cannot be resolved (its records name no server)`);
  expect(await ask(server)).toBe('one app.test');
}, 60_000);

it('a service that nobody offers is refused at the start', async () => {
  await expect(site(await DnsServer.start())).rejects.toThrow(`upstreams.farm.servers[0]: got "${SERVICE}", which has no SRV records with a server here.`);
});

it('a service may be a backup as a whole', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [{ priority: 0, weight: 1, port: 1, target: 'one.test' }]);
  expect(shares(await site(dns, { url: URL, backup: true }))).toEqual([{ address: '127.0.0.1:1', weight: 1, backup: true }]);
});

it('what records say is not said beside them', async () => {
  const dns = await known({ 'one.test': '127.0.0.1' });
  dns.services.set(SERVICE, [{ priority: 0, weight: 1, port: 1, target: 'one.test' }]);
  await expect(site(dns, `${URL}:8080`)).rejects.toThrow(`upstreams.farm.servers[0]: the port has no meaning for "${SERVICE}", whose records say it. Remove it.`);
  await expect(site(dns, { url: URL, weight: 2 })).rejects.toThrow(`upstreams.farm.servers[0].weight: has no meaning for "${SERVICE}", whose records say it. Remove it.`);
  const farm = (await site(dns)).upstream('farm');
  expect(() => farm.set(URL, { weight: 2 })).toThrow(`changes.weight: has no meaning for "${SERVICE}", whose records say it. Remove it.`);
});
