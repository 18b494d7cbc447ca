import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { UpstreamConfig } from '../../dist/index.js';
import { atEnd, connected, directoryWith, started } from '../support/servers.ts';
import { answer, RawUpstream, type Script } from './upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** Servers that answer with their number, behind one front. */
async function farm(count: number, options: (urls: string[]) => UpstreamConfig, script: (n: number) => Script = (n) => ({ socket }) => void socket.write(answer(String(n)))) {
  const upstreams = await Promise.all(Array.from({ length: count }, (_, n) => RawUpstream.start(script(n))));
  const server = await started({ upstreams: { farm: options(upstreams.map(({ url }) => url)) }, proxy: [{ prefix: '/', upstream: 'farm' }] });
  return { upstreams, server, client: await connected(server) };
}

async function ask(client: Awaited<ReturnType<typeof connected>>, request = GET) {
  client.send(request);
  return client.answer();
}

describe('servers share requests', () => {
  it('by weight', async () => {
    const { client, upstreams } = await farm(3, (urls) => ({ servers: urls.map((url, n) => ({ url, weight: [6, 2, 1][n] })) }));
    for (let i = 0; i < 90; i += 1) expect((await ask(client)).status).toBe(200);
    expect(upstreams.map(({ requests }) => requests.length)).toEqual([60, 20, 10]);
  });

  it('by a key, always the same server for the same one', async () => {
    const { client } = await farm(3, (servers) => ({ servers, balance: 'hash', hash: '$arg_user' }));
    const places = new Set<string>();
    for (let user = 0; user < 20; user += 1) {
      const first = await ask(client, `GET /?user=${user} HTTP/1.1\r\nHost: a\r\n\r\n`);
      const second = await ask(client, `GET /?user=${user} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(second.text).toBe(first.text);
      places.add(first.text);
    }
    expect(places.size).toBe(3);
  });

  it('with a cookie that brings clients back', async () => {
    const { client } = await farm(3, (servers) => ({ servers, sticky: 'route' }));
    const first = await ask(client);
    const cookie = first.field('set-cookie') ?? '';
    expect(cookie).toMatch(/^route=[0-9a-f]{16}; Path=\/; HttpOnly; SameSite=Lax$/);
    for (let i = 0; i < 6; i += 1) {
      const again = await ask(client, `GET / HTTP/1.1\r\nHost: a\r\nCookie: x=1; ${cookie.split(';')[0]}\r\n\r\n`);
      expect([again.text, again.field('set-cookie')]).toEqual([first.text, undefined]);
    }
  });
});

describe('a server that fails', () => {
  it('costs no GET an error, and is spared', async () => {
    const broken: Script = ({ socket }) => socket.destroy();
    const { client, upstreams } = await farm(2, (servers) => ({ servers }), (n) => (n === 0 ? broken : ({ socket }) => void socket.write(answer('well'))));
    for (let i = 0; i < 30; i += 1) expect((await ask(client)).text).toBe('well');
    expect(upstreams[0]?.requests.length).toBe(3);
  });

  it('gets no POST twice that may have had an effect', async () => {
    const broken: Script = ({ socket }) => socket.destroy();
    const { client, upstreams } = await farm(2, (servers) => ({ servers }), () => broken);
    expect((await ask(client, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx')).status).toBe(502);
    expect(upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  it('that refuses connections lets a POST go to another', async () => {
    const { client, upstreams } = await farm(2, (servers) => ({ servers }));
    await upstreams[0]?.stop();
    for (let i = 0; i < 4; i += 1) {
      expect((await ask(client, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx')).text).toBe('1');
    }
  });

  it('is replaced by the backup', async () => {
    const { client, upstreams } = await farm(2, ([first = '', second = '']) => ({ servers: [first, { url: second, backup: true }] }));
    expect((await ask(client)).text).toBe('0');
    await upstreams[0]?.stop();
    for (let i = 0; i < 5; i += 1) expect((await ask(client)).text).toBe('1');
  });
});

describe('a server with all its connections in use', () => {
  it('lets requests wait for the next that ends', async () => {
    const held: (() => void)[] = [];
    const { client, server, upstreams } = await farm(1, ([url = '']) => ({ servers: [{ url, maxConnections: 1 }], queue: 10 }), () => ({ socket }) => {
      held.push(() => void socket.write(answer('done')));
    });
    client.send(GET);
    await expect.poll(() => held.length).toBe(1);
    const second = await connected(server);
    second.send(GET);
    const third = await connected(server);
    third.send(GET);
    held[0]?.();
    expect((await client.answer()).text).toBe('done');
    await expect.poll(() => held.length).toBe(2);
    held[1]?.();
    await expect.poll(() => held.length).toBe(3);
    held[2]?.();
    expect([(await second.answer()).text, (await third.answer()).text]).toEqual(['done', 'done']);
    expect(upstreams[0]?.connections).toBe(1);
  });

  it('answers 503 when too many wait, or for too long', async () => {
    const { client, server } = await farm(1, ([url = '']) => ({ servers: [{ url, maxConnections: 1 }], queue: 1, timeouts: { queue: 300 } }), () => () => {});
    client.send(GET);
    const [second, third] = [await connected(server), await connected(server)];
    second.send(GET);
    third.send(GET);
    expect((await third.answer()).status).toBe(503);
    expect((await second.answer()).status).toBe(503);
  });
});

it('uwsgi servers get variables and the content, and answer in HTTP', async () => {
  const seen: Buffer[] = [];
  const path = `${await directoryWith()}/app.sock`;
  const application = createServer((socket) => {
    const parts: Buffer[] = [];
    socket.on('data', (bytes) => {
      parts.push(bytes);
      const all = Buffer.concat(parts);
      if (all.length < 4 || all.length < 4 + all.readUInt16LE(1) + 5) return;
      seen.push(all);
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nfrom uwsgi');
    });
  });
  application.listen(path);
  await once(application, 'listening');
  atEnd(() => void application.close());
  const server = await started({ proxy: [{ prefix: '/app/', upstream: `uwsgi+unix:${path}`, stripPrefix: true }] });
  const client = await connected(server);
  client.send('POST /app/a%20b?q=1 HTTP/1.1\r\nHost: site.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
  expect((await client.answer()).text).toBe('from uwsgi');
  const packet = seen[0] ?? Buffer.alloc(0);
  const variables = new Map<string, string>();
  const end = 4 + packet.readUInt16LE(1);
  for (let at = 4; at < end; ) {
    const [name, value] = [0, 1].map(() => {
      const length = packet.readUInt16LE(at);
      at += 2 + length;
      return packet.toString('latin1', at - length, at);
    });
    variables.set(name ?? '', value ?? '');
  }
  expect(Object.fromEntries(variables)).toMatchObject({
    REQUEST_METHOD: 'POST', PATH_INFO: '/a b', REQUEST_URI: '/a%20b?q=1', QUERY_STRING: 'q=1', CONTENT_LENGTH: '5',
    REMOTE_ADDR: '127.0.0.1', SERVER_NAME: 'site.example', SERVER_PORT: '80', HTTP_HOST: 'site.example',
  });
  expect(packet.subarray(end).toString()).toBe('hello');
});
