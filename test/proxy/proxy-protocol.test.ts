/** PROXY headers towards upstreams: who is announced, and whose a kept connection is. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { get } from '../support/client.ts';
import { connected, directoryWith, inline, started } from '../support/servers.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';
import { answer, RawUpstream } from './upstream.ts';

const FORWARDED = 'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n';

/** A receiver of our own, which tells whom it takes for the client. */
const receiver = (config: Config = {}) =>
  inline((request, respond) => respond(200, [], `${request.remoteAddress} ${request.remotePort} ${request.scheme}`), {
    listen: { host: '127.0.0.1', port: 0, proxyProtocol: true },
    ...config,
  });

const before = (url: string, upstream: object, rule: object = {}, config: Config = {}) =>
  started({
    upstreams: { farm: { servers: [url], ...upstream } },
    proxy: [{ prefix: '/', upstream: 'farm', ...rule }],
    ...config,
  });

/** An upstream that keeps what its connections begin with: the line of version 1 stands before the first request line. */
const recorder = () => RawUpstream.start(({ socket }) => void socket.write(answer('ok')));
const announced = (upstream: RawUpstream) => upstream.requests.map(({ head }) => (head.startsWith('PROXY') ? head.slice(0, head.indexOf('\r\n')) : ''));

describe('a PROXY header to an upstream', () => {
  it.each([1, 2] as const)('of version %i names the client with its port, once for its requests', async (proxyProtocol) => {
    const client = await connected(await before((await receiver()).url, { proxyProtocol }));
    for (let i = 0; i < 3; i += 1) {
      client.send(get('/'));
      expect((await client.answer()).text).toBe(`127.0.0.1 ${client.socket.localPort} http`);
    }
  });

  it.skipIf(!hasOpenssl)('comes in clear before the TLS of a server', async () => {
    const tls = await certificate(await directoryWith(), 'behind');
    const behind = await receiver({ listen: { host: '127.0.0.1', port: 0, proxyProtocol: true, tls } });
    const client = await connected(await before(behind.url, { proxyProtocol: 2, tls: { verify: false } }));
    client.send(get('/'));
    expect((await client.answer()).text).toBe(`127.0.0.1 ${client.socket.localPort} https`);
  });

  it.skipIf(!hasOpenssl)('of version 2 says that the client came over TLS', async () => {
    const tls = await certificate(await directoryWith(), 'front');
    const client = await secured(await before((await receiver()).url, { proxyProtocol: 2 }, {}, { listen: { host: '127.0.0.1', port: 0, tls } }));
    client.send(get('/'));
    expect((await client.answer()).text).toMatch(/^127\.0\.0\.1 \d+ https$/);
  });

  it('names the client of a trusted proxy, whose port nobody knows', async () => {
    const upstream = await recorder();
    const server = await before(upstream.url, { proxyProtocol: 1 }, {}, { trustProxy: ['127.0.0.1'] });
    const client = await connected(server);
    client.send(FORWARDED);
    await client.answer();
    expect(announced(upstream)).toEqual([`PROXY TCP4 203.0.113.7 127.0.0.1 0 ${new URL(server.url).port}`]);
  });

  it.each([
    ['masked', /^PROXY TCP4 127\.0\.0\.0 127\.0\.0\.1 0 \d+$/],
    ['none', /^PROXY UNKNOWN$/],
  ])('shows no more of the client than its rule does: %s', async (client, expected) => {
    const upstream = await recorder();
    const connection = await connected(await before(upstream.url, { proxyProtocol: 1 }, { client }));
    connection.send(get('/'));
    await connection.answer();
    expect(announced(upstream)[0]).toMatch(expected);
  });

  it('belongs to one client: its connection is kept for that client, and for nobody else', async () => {
    const upstream = await recorder();
    const server = await before(upstream.url, { proxyProtocol: 1 });
    const clients = [await connected(server), await connected(server)] as const;
    for (const client of [clients[0], clients[1], clients[0], clients[1]]) {
      client.send(get('/'));
      await client.answer();
    }
    const of = (index: 0 | 1) => `PROXY TCP4 127.0.0.1 127.0.0.1 ${clients[index].socket.localPort} ${new URL(server.url).port}`;
    expect(announced(upstream)).toEqual([of(0), of(1), '', '']);
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2, 1, 2]);
  });

  it('makes room for the client that came last, where keepAlive is full', async () => {
    const upstream = await recorder();
    const server = await before(upstream.url, { proxyProtocol: 1, keepAlive: 1 });
    const clients = [await connected(server), await connected(server)] as const;
    for (const client of [clients[0], clients[1], clients[1], clients[0]]) {
      client.send(get('/'));
      await client.answer();
    }
    expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 2, 2, 3]);
  });

  it('makes connections to a server with maxConnections end with their request', async () => {
    const upstream = await recorder();
    const server = await before(upstream.url, { proxyProtocol: 1, servers: [{ url: upstream.url, maxConnections: 1 }], queue: 10 });
    const clients = [await connected(server), await connected(server)];
    for (const client of clients) client.send(get('/'));
    for (const client of clients) expect((await client.answer()).text).toBe('ok');
    expect(upstream.connections).toBe(2);
  });

  it('says of a check that the server asks for itself', async () => {
    const upstream = await recorder();
    await before(upstream.url, { proxyProtocol: 1, check: { interval: 50 } });
    await expect.poll(() => announced(upstream)[0], { timeout: 10_000 }).toMatch(
      new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${new URL(upstream.url).port}$`),
    );
  });
});
