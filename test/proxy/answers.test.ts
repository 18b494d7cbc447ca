import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { ProxyConfig } from '../../dist/index.js';
import { atEnd, connected, directoryWith, inline, started } from '../support/servers.ts';
import { answer, RawUpstream, type Script } from './upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

async function siteOf(script: Script, options: Partial<ProxyConfig> = {}) {
  const upstream = await RawUpstream.start(script);
  const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url, ...options }] });
  return { upstream, server, client: await connected(server) };
}

it('HEAD, 204 and 304 have no content, and what was announced is told', async () => {
  const { client, upstream } = await siteOf(({ head, socket }) => {
    if (head.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n');
    else socket.write(head.includes('/304') ? 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n' : 'HTTP/1.1 204 No Content\r\n\r\n');
  });
  client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.answer('HEAD')).field('content-length')).toBe('12');
  client.send('GET /304 HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.answer()).field('etag')).toBe('"a"');
  client.send(GET);
  expect((await client.answer()).status).toBe(204);
  expect(upstream.connections).toBe(1);
});

it('interim answers pass before the final one; a client of HTTP/1.0 gets none', async () => {
  const { client, server } = await siteOf(({ socket }) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n${answer('done')}`));
  client.send(GET);
  const hints = await client.head();
  expect([hints.status, hints.field('link')]).toEqual([103, '</a.css>; rel=preload']);
  expect((await client.answer()).text).toBe('done');
  const old = await connected(server);
  old.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  expect((await old.answer()).text).toBe('done');
});

it('chunks pass as they come, trailers behind them but for those that would control the answer', async () => {
  const { client, upstream } = await siteOf(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'));
  client.send(GET);
  expect((await client.head()).field('transfer-encoding')).toBe('chunked');
  expect((await client.exactly(10)).toString()).toBe('5\r\nfirst\r\n');
  upstream.requests[0]?.socket.write('0\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\nContent-Length: 9\r\n\r\n');
  expect((await client.exactly(15)).toString()).toBe('0\r\nX-Sum: 1\r\n\r\n');
});

it('a slow reader holds no upstream: the answer is taken at once and arrives whole', async () => {
  const content = Buffer.alloc(24 << 20, 'abcdefghijklm');
  const { client, upstream } = await siteOf(({ head, socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\n${head.includes('/close') ? '' : `Content-Length: ${content.length}\r\n`}\r\n`);
    socket.write(content);
    if (head.includes('/close')) socket.end();
  });
  client.send('GET /close HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.head()).status).toBe(200);
  client.socket.pause();
  await expect.poll(() => upstream.requests.length).toBe(1);
  const socket = upstream.requests[0]?.socket;
  if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
  client.socket.resume();
  client.destroy();
});

it('a large answer arrives whole, buffered or not', async () => {
  const content = Buffer.alloc(8 << 20, 'abcdefghijklm');
  const script: Script = ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n\r\n`);
    socket.write(content);
  };
  for (const buffer of [true, false]) {
    const { client } = await siteOf(script, { buffer });
    for (let i = 0; i < 2; ++i) {
      client.send(GET);
      expect((await client.answer()).body.equals(content)).toBe(true);
    }
  }
});

it('content that a client announces is asked for, and Expect goes no further', async () => {
  const { client, upstream } = await siteOf(({ body, socket }) => void socket.write(answer(body.toString())));
  client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
  expect((await client.head()).status).toBe(100);
  client.send('hello');
  expect((await client.answer()).text).toBe('hello');
  expect(upstream.requests[0]?.head).not.toMatch(/^expect:/im);
});

it('an answer that comes before the upload ends reaches the client, and stops the upload', async () => {
  const refusing = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer('too large', 'Connection: close\r\n', '413 Content Too Large')));
  }).listen(0, '127.0.0.1');
  atEnd(() => void refusing.close());
  await once(refusing, 'listening');
  const { port } = refusing.address() as { port: number };
  const server = await started({ limits: { body: '10mb' }, proxy: [{ prefix: '/', upstream: `http://127.0.0.1:${port}`, requestBuffer: false }] });
  const uploader = await connected(server);
  uploader.socket.on('error', () => {});
  uploader.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${4 << 20}\r\n\r\n`);
  uploader.send(Buffer.alloc(1 << 20, 'x'));
  expect((await uploader.answer()).status).toBe(413);
});

it('X-Accel-Redirect names a file; without internal directories the field is dropped', async () => {
  const root = await directoryWith({ 'a.txt': 'the file' });
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('not this', 'X-Accel-Redirect: /internal/a.txt\r\nX-Kept: 1\r\n')));
  const proxy = [{ prefix: '/up/', upstream: upstream.url }];
  const server = await inline((_request, respond) => respond(200, [], 'view'), { static: [{ prefix: '/internal/', root, internal: true }], proxy });
  const client = await connected(server);
  client.send('GET /up/ HTTP/1.1\r\nHost: a\r\n\r\n');
  const got = await client.answer();
  expect([got.text, got.field('x-kept'), got.field('x-accel-redirect')]).toEqual(['the file', '1', undefined]);
  const plain = await connected(await started({ proxy }));
  plain.send('GET /up/ HTTP/1.1\r\nHost: a\r\n\r\n');
  const other = await plain.answer();
  expect([other.text, other.field('x-accel-redirect')]).toEqual(['not this', undefined]);
});
