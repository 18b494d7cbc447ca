/** Upstreams that do not take part: they do not accept, do not read, or break a connection in the middle of something. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { UpstreamConfig } from '../../dist/index.js';
import { atEnd, connected, directoryWith, started } from '../support/servers.ts';
import { RawUpstream } from './upstream.ts';

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n';

async function clientOf(url: string, timeouts: UpstreamConfig['timeouts'] = {}) {
  const server = await started({
    limits: { body: '32mb' },
    proxy: [{ prefix: '/', upstream: 'up' }],
    upstreams: { up: { servers: [url], timeouts } },
  });
  return connected(server);
}

/** A port whose connections are never accepted: its thread stands still, and its backlog is full. */
async function fullPort(): Promise<number> {
  const stuck = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  atEnd(async () => void (await stuck.terminate()));
  const [port] = (await once(stuck, 'message')) as [number];
  // A backlog of one holds two.
  for (let i = 0; i < 2; i++) {
    const waiting = connect(port, '127.0.0.1');
    atEnd(() => void waiting.destroy());
    await once(waiting, 'connect');
  }
  return port;
}

/** Runs for each connection; its address. */
async function listening(serve: (socket: Socket) => void, path?: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path ?? `127.0.0.1:${(server.address() as { port: number }).port}`;
}

it('a server that does not accept in time is a 504', async () => {
  const client = await clientOf(`http://127.0.0.1:${await fullPort()}`, { connect: '300ms' });
  client.send(GET);
  expect((await client.answer()).status).toBe(504);
});

it.each(['http', 'uwsgi'])('a server of %s that does not read the request is a 504', async (protocol) => {
  const path = await listening((socket) => void socket.pause(), join(await directoryWith(), 'up.sock'));
  const client = await clientOf(`${protocol}+unix:${path}`, { send: '300ms' });
  client.send(Buffer.concat([Buffer.from(`POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: ${8 << 20}\r\n\r\n`), Buffer.alloc(8 << 20, 'x')]));
  expect((await client.answer()).status).toBe(504);
});

it('a uwsgi server whose socket is not there is a 502', async () => {
  const client = await clientOf(`uwsgi+unix:${join(await directoryWith(), 'gone.sock')}`);
  client.send(GET);
  expect((await client.answer()).status).toBe(502);
});

it.each([
  ['before its answer', ''],
  ['inside its head', 'HTTP/1.1 200 OK\r\nContent-'],
])('a reset %s is a 502', async (_where, bytes) => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(bytes, () => socket.resetAndDestroy()));
  const client = await clientOf(upstream.url);
  client.send(GET);
  expect((await client.answer()).status).toBe(502);
});

it.each([
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
  ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\nhalf'],
])('a reset inside content %s is never a complete answer', async (_framing, bytes) => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(bytes));
  const client = await clientOf(upstream.url);
  client.send(GET);
  // A reset throws away what was not read yet, so it waits for the client to have something.
  await client.head();
  upstream.requests[0]?.socket.resetAndDestroy();
  await client.drained();
  expect(client.unread.toString()).not.toMatch(/half[^]{6}|\r\n0\r\n/);
});
