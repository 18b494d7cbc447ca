import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connected, directoryWith, inline, started } from '../support/servers.ts';
import { answer, RawUpstream, valuesOf } from './upstream.ts';

const HOST = 'Host: public.example\r\n';

it('a request below the prefix is answered by the upstream, over one kept connection', async () => {
  const upstream = await RawUpstream.start(({ head, socket }) => void socket.write(answer(head.split(' ')[1] ?? '', 'X-From: up\r\n')));
  const server = await started({ proxy: [{ prefix: '/api/', upstream: upstream.url }] });
  const client = await connected(server);
  for (const target of ['/api/one?x=%20', '/api/two', '/api']) {
    client.send(`GET ${target} HTTP/1.1\r\n${HOST}\r\n`);
    const got = await client.answer();
    expect([got.status, got.text, got.field('x-from')]).toEqual([200, target, 'up']);
  }
  expect(upstream.connections).toBe(1);
  expect(server.stats().requestsProxied).toBe(3);
});

it('a kept connection is closed when it was idle for timeouts.keepAlive, counted from its last request', async () => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('ok')));
  const server = await started({ proxy: [{ prefix: '/', upstream: 'up' }], upstreams: { up: { servers: [upstream.url], timeouts: { keepAlive: '300ms' } } } });
  const client = await connected(server);
  const ask = async () => {
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    expect((await client.answer()).text).toBe('ok');
  };
  await ask();
  await ask();
  const asked = performance.now();
  await new Promise((resolve) => upstream.requests[1]?.socket.on('close', resolve));
  expect(performance.now() - asked).toBeGreaterThan(250);
  expect(upstream.connections).toBe(1);
  await ask();
  expect(upstream.connections).toBe(2);
});

it('over a unix socket, with the prefix taken away', async () => {
  const directory = await directoryWith();
  const upstream = await RawUpstream.start(({ head, socket }) => void socket.write(answer(head.split(' ')[1] ?? '')), join(directory, 'up.sock'));
  const server = await started({ proxy: [{ prefix: '/api/', upstream: upstream.url, stripPrefix: true }] });
  const client = await connected(server);
  // Decoded and re-read, dot segments must not lead out of what the prefix stands for.
  const targets = { '/api/a%2Fb?q': '/a%2Fb?q', '/api': '/', '/api/%2e%2e/api/x': '/x', '/%61pi/y%20z': '/y%20z' };
  for (const [target, seen] of Object.entries(targets)) {
    client.send(`GET ${target} HTTP/1.1\r\n${HOST}\r\n`);
    expect((await client.answer()).text).toBe(seen);
  }
});

it('the content of a request arrives whole, framed anew', async () => {
  const upstream = await RawUpstream.start(({ body, socket }) => void socket.write(answer(String(body.length))));
  const proxy = [{ prefix: '/buffered/', upstream: upstream.url }, { prefix: '/streamed/', upstream: upstream.url, requestBuffer: false }];
  const server = await started({ proxy });
  const client = await connected(server);
  const content = 'x'.repeat(200_000);
  const chunked = `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;
  for (const prefix of ['buffered', 'streamed']) {
    client.send(`POST /${prefix}/ HTTP/1.1\r\n${HOST}Content-Length: ${content.length}\r\n\r\n${content}`);
    expect((await client.answer()).text).toBe('200000');
    client.send(`POST /${prefix}/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunked}`);
    expect((await client.answer()).text).toBe('200000');
    client.send(`POST /${prefix}/ HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`);
    expect((await client.answer()).text).toBe('0');
  }
  const framings = upstream.requests.map(({ head }) => valuesOf(head, 'content-length')[0] ?? valuesOf(head, 'transfer-encoding')[0]);
  expect(framings).toEqual(['200000', '200000', '0', '200000', 'chunked', '0']);
});

it('with a list of fields that pass, others stay: of answers, stored ones, and trailers', async () => {
  const lines = 'Content-Type: text/plain\r\nETag: "1"\r\nCache-Control: max-age=60\r\nX-Total: 3\r\nX-Debug: 1\r\nSet-Cookie: a=b\r\nX-Hidden: 1\r\n';
  const upstream = await RawUpstream.start(({ head, socket }) => {
    if (!head.startsWith('GET /trailers')) return void socket.write(answer('ok', lines));
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Total: 3\r\nX-Sum: 9\r\n\r\n');
  });
  const entry = { upstream: upstream.url, pass: ['X-Total', 'X-Hidden'], hide: ['X-Hidden'] };
  const server = await started({ proxy: [{ prefix: '/', ...entry }, { prefix: '/stored/', cache: { storeCookies: true }, ...entry }] });
  const client = await connected(server);
  for (const path of ['/', '/stored/', '/stored/']) {
    client.send(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
    const got = await client.answer();
    expect(['content-type', 'etag', 'cache-control', 'x-total'].map((name) => got.field(name))).toEqual(['text/plain', '"1"', 'max-age=60', '3']);
    expect(['x-debug', 'set-cookie', 'x-hidden'].map((name) => got.field(name))).toEqual([undefined, undefined, undefined]);
  }
  expect(upstream.requests).toHaveLength(2);
  client.send(`GET /trailers HTTP/1.1\r\n${HOST}\r\n`);
  await client.head();
  expect((await client.exactly(24)).toString()).toBe('2\r\nok\r\n0\r\nX-Total: 3\r\n\r\n');
});

it('hop-by-hop fields stay, forwarding fields say what is believed', async () => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('ok', 'Connection: x-hop\r\nX-Hop: 1\r\nServer: secret\r\nVia: 1.1 in\r\nX-Kept: 2\r\nDate: Tue, 02 Jan 2024 03:04:05 GMT\r\n')));
  const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url, setFields: { 'X-Site': 'main' }, hide: ['x-secret'] }] });
  const client = await connected(server);
  client.send(
    `GET / HTTP/1.1\r\n${HOST}Connection: x-one, cookie\r\nX-One: 1\r\nCookie: a=b\r\nTE: gzip\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX_Site: spoof\r\nX-Site: spoof\r\n\r\n`,
  );
  const got = await client.answer();
  expect([got.field('x-hop'), got.field('server'), got.field('via'), got.field('x-kept')]).toEqual([undefined, undefined, undefined, '2']);
  expect(got.field('date')).toBe('Tue, 02 Jan 2024 03:04:05 GMT');
  const head = upstream.requests[0]?.head ?? '';
  expect(head).not.toContain('6.6.6.6');
  expect(head).not.toContain('spoof');
  const seen = ['x-one', 'te', 'cookie', 'host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-site', 'via'];
  expect(Object.fromEntries(seen.map((name) => [name, valuesOf(head, name)]))).toEqual({
    'x-one': [],
    te: [],
    cookie: ['a=b'],
    host: ['public.example'],
    'x-forwarded-for': ['127.0.0.1'],
    'x-forwarded-proto': ['http'],
    'x-forwarded-host': ['public.example'],
    forwarded: ['for=127.0.0.1;host="public.example";proto=http'],
    'x-site': ['main'],
    via: ['1.1 fastserve'],
  });
});

it('references and cookies of answers point to the public place', async () => {
  const upstream = await RawUpstream.start(({ socket }) => {
    const own = upstream.url;
    const fields = `Location: ${own}/next?x\r\nRefresh: 5; url=/soon\r\nSet-Cookie: a=1; Domain=127.0.0.1; Path=/; HttpOnly\r\nContent-Location: http://elsewhere.example/\r\n`;
    socket.write(answer('', fields, '302 Found'));
  });
  const server = await started({ proxy: [{ prefix: '/app/', upstream: upstream.url, stripPrefix: true }] });
  const client = await connected(server);
  client.send(`GET /app/ HTTP/1.1\r\n${HOST}\r\n`);
  const got = await client.answer();
  expect(got.field('location')).toBe('http://public.example/app/next?x');
  expect(got.field('refresh')).toBe('5; url=/app/soon');
  expect(got.field('set-cookie')).toBe('a=1; Path=/app/; HttpOnly');
  expect(got.field('content-location')).toBe('http://elsewhere.example/');
});

it('the longest prefix decides among directories and proxies, and views come before the root', async () => {
  const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('up')));
  const root = await directoryWith({ 'a.txt': 'file' });
  const server = await inline((_request, respond) => respond(200, [], 'view'), {
    static: [{ prefix: '/files/', root }],
    proxy: [{ prefix: '/files/deep/', upstream: upstream.url }, { prefix: '/only-get/', upstream: upstream.url, methods: ['GET'] }],
  });
  const client = await connected(server);
  for (const [request, text] of [['GET /files/a.txt', 'file'], ['GET /files/deep/a', 'up'], ['GET /only-get/', 'up'], ['POST /only-get/', 'view'], ['GET /else', 'view']]) {
    client.send(`${request} HTTP/1.1\r\n${HOST}\r\n`);
    expect((await client.answer()).text).toBe(text);
  }
});
