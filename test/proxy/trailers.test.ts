/** What stands behind chunked content, and trace contexts, on their way to upstreams and to clients. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { atEnd, connected, started } from '../support/servers.ts';
import { answer, RawUpstream, valuesOf } from './upstream.ts';

const HEAD = 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

it.each([[true], [false]])('trailers of requests pass, checked, and small chunks are put together, with requestBuffer: %s', async (requestBuffer) => {
  let seen = '';
  const upstream = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1');
      if (/\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n$|\r\nhi$|x{100}$/.test(seen)) socket.write(answer('ok'));
    });
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  atEnd(() => void upstream.close());
  const servers = [`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`];
  const server = await started({ upstreams: { up: { servers } }, proxy: [{ prefix: '/', upstream: 'up', requestBuffer }] });
  const client = await connected(server);
  client.send(`${HEAD}5\r\nhello\r\n0\r\nX-Checksum: 7\r\nContent-Length: 1\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`);
  expect((await client.answer()).text).toBe('ok');
  expect(seen).toMatch(/\r\nTransfer-Encoding: chunked\r\n/);
  expect(seen).toMatch(/\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 7\r\n\r\n$/);
  expect(seen).not.toContain('Content-Length');
  seen = '';
  // Chunks of one byte that come together go on as one.
  client.send(`${HEAD}${'1\r\nx\r\n'.repeat(100)}0\r\n\r\n`);
  expect((await client.answer()).text).toBe('ok');
  expect(seen).toContain(requestBuffer ? `Content-Length: 100\r\n\r\n${'x'.repeat(100)}` : `64\r\n${'x'.repeat(100)}\r\n0\r\n\r\n`);
  seen = '';
  // The next request on the connection has none of them.
  client.send(`${HEAD}2\r\nhi\r\n0\r\n\r\n`);
  expect((await client.answer()).text).toBe('ok');
  expect(seen).toContain(requestBuffer ? 'Content-Length: 2\r\n\r\nhi' : '2\r\nhi\r\n0\r\n\r\n');
  expect(seen).not.toContain('Checksum');
});

describe('trailers of answers, with cache: true,', () => {
  const site = async (fields: string, size = 'hello') => {
    const chunks = `${size.length.toString(16)}\r\n${size}\r\n0\r\nX-Sum: 1\r\nContent-Digest: a\r\n\r\n`;
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${fields}\r\n${chunks}`));
    return started({ cache: { maxEntryBytes: 1024 }, proxy: [{ prefix: '/', upstream: upstream.url, cache: true }] });
  };
  const ask = async (server: FastServer, method: string): Promise<string> => {
    const client = await connected(server);
    client.send(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await client.drained();
    return client.unread.toString();
  };

  it.each([
    ['no-store', 'GET', 'Cache-Control: no-store\r\n', 'hello'],
    ['an unsafe method', 'DELETE', '', 'hello'],
    ['more than may be kept', 'GET', 'Cache-Control: max-age=60\r\n', 'x'.repeat(2000)],
  ])('pass where the answer is not stored: %s', async (_why, method, fields, size) => {
    expect(await ask(await site(fields, size), method)).toMatch(/\r\n0\r\nX-Sum: 1\r\n\r\n$/);
  });

  it('reach nobody where it is stored: who asks first gets what all get', async () => {
    expect(await ask(await site('Cache-Control: max-age=60\r\n'), 'GET')).toMatch(/\r\n0\r\n\r\n$/);
  });
});

it('a traced request continues the trace with this server as the parent; others pass as they are', async () => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('ok')));
  const ask = async (trace: object, lines: string): Promise<string[]> => {
    const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url }], ...trace });
    const client = await connected(server);
    client.send(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
    await client.answer();
    const head = upstream.requests.at(-1)?.head ?? '';
    return [valuesOf(head, 'traceparent').join(), valuesOf(head, 'tracestate').join()];
  };
  const theirs = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const lines = `traceparent: ${theirs}\r\ntracestate: a=b\r\n`;
  expect(await ask({}, lines)).toEqual([theirs, 'a=b']);
  const traced = { trace: { sample: 1, perSecond: 1000 } };
  const [continued, state] = await ask(traced, lines);
  expect(continued).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  expect(state).toBe('a=b');
  const [fresh, none] = await ask(traced, 'traceparent: nonsense\r\ntracestate: a=b\r\n');
  expect(fresh).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(none).toBe('');
});
