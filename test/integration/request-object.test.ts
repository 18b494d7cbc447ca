/** Every getter of a request, from bytes on the wire to the value that the application sees. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineApp, type GatewayRequest, path as route } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, started } from '../support/servers.ts';

/** What `read` gives for one request. */
async function seen<Value>(bytes: string, read: (request: GatewayRequest) => Value, listen?: string): Promise<Value> {
  let value: Value | undefined;
  const server = await inline(
    (request, respond) => {
      value = read(request);
      respond(204, [], null);
    },
    listen === undefined ? {} : { listen },
  );
  const answer = await ask(server.url, bytes);
  if (answer.status !== 204) throw new Error(`answered with ${answer.status}`);
  return value as Value;
}

describe('the request line', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'get', "X!#$%&'*+-.^_`|~1"])('method %s', async (method) => {
    expect(await seen(head(method, '/', 'Content-Length: 0'), (request) => request.method)).toBe(method);
  });

  it('HEAD arrives as such', async () => {
    const server = await inline((request, respond) => respond(200, ['x-method', request.method], null));
    expect((await ask(server.url, head('HEAD', '/'), 'HEAD')).field('x-method')).toBe('HEAD');
  });

  it.each<[string, { target: string; path: string; query: string }]>([
    ['/', { target: '/', path: '/', query: '' }],
    ['/a/b?c=d&e', { target: '/a/b?c=d&e', path: '/a/b', query: 'c=d&e' }],
    ['/a?', { target: '/a?', path: '/a', query: '' }],
    ['/a??b?c', { target: '/a??b?c', path: '/a', query: '?b?c' }],
    ['/a%20b', { target: '/a%20b', path: '/a b', query: '' }],
    ['/w%C3%B6rld/%E2%82%AC?q=%C3%B6', { target: '/w%C3%B6rld/%E2%82%AC?q=%C3%B6', path: '/wörld/€', query: 'q=%C3%B6' }],
    ['/%F0%9F%98%80', { target: '/%F0%9F%98%80', path: '/😀', query: '' }],
    ['/%ff', { target: '/%ff', path: '/\ufffd', query: '' }],
    ['/a/../b/./c', { target: '/a/../b/./c', path: '/b/c', query: '' }],
    ['/a/%2e%2E/b', { target: '/a/%2e%2E/b', path: '/b', query: '' }],
    ['//a//b', { target: '//a//b', path: '//a//b', query: '' }],
    ['http://example.org/x?y', { target: 'http://example.org/x?y', path: '/x', query: 'y' }],
    ['http://example.org', { target: 'http://example.org', path: '/', query: '' }],
  ])('target %s', async (target, expected) => {
    expect(await seen(get(target), ({ target: given, path, query }) => ({ target: given, path, query }))).toEqual(expected);
  });

  it('the version', async () => {
    expect(await seen(get('/'), (request) => request.httpVersion)).toBe('1.1');
    expect(await seen('GET / HTTP/1.0\r\n\r\n', (request) => request.httpVersion)).toBe('1.0');
  });

  it('the scheme is http without TLS', async () => {
    expect(await seen(get('/', 'X-Forwarded-Proto: https'), (request) => request.scheme)).toBe('http');
  });
});

describe('the authority', () => {
  it.each([
    ['GET / HTTP/1.1\r\nHost: Example.org:8080\r\n\r\n', 'Example.org:8080'],
    ['GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n', '[::1]:80'],
    ['GET / HTTP/1.0\r\n\r\n', ''],
    ['GET http://target.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n', 'target.example'],
  ])('of %j is %j', async (bytes, expected) => {
    expect(await seen(bytes, (request) => request.authority)).toBe(expected);
  });
});

describe('the peer', () => {
  it('has the address and port of an IPv4 client', async () => {
    const server = await inline((request, respond) => respond(200, [], `${request.remoteAddress} ${request.remotePort}`));
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.answer()).text).toBe(`127.0.0.1 ${client.socket.localPort}`);
  });

  it('has the address of an IPv6 client in its short form', async () => {
    expect(await seen(get('/'), (request) => request.remoteAddress, '[::1]:0')).toBe('::1');
  });

  it('has no address on a unix socket', async () => {
    const directory = await directoryWith();
    expect(await seen(get('/'), ({ remoteAddress, remotePort }) => [remoteAddress, remotePort], `unix:${join(directory, 's')}`)).toEqual(['', 0]);
  });
});

describe('fields', () => {
  it('are found by lower-case name, whatever the client wrote', async () => {
    const bytes = get('/', 'ACCEPT: a', 'X-Own-NAME:\t b c \t', 'x-empty:');
    expect(await seen(bytes, (request) => ['accept', 'x-own-name', 'x-empty', 'x-absent'].map((name) => request.field(name)))).toEqual(['a', 'b c', '', undefined]);
  });

  it('that are repeated are joined with commas, cookies with semicolons', async () => {
    const bytes = get('/', 'Accept: a', 'X-List: 1', 'Cookie: a=1', 'accept: b', 'x-list: 2', 'X-LIST: 3', 'cookie: b=2; c=3');
    expect(await seen(bytes, (request) => ['accept', 'x-list', 'cookie'].map((name) => request.field(name)))).toEqual(['a, b', '1, 2, 3', 'a=1; b=2; c=3']);
  });

  it('are given as sent by rawFields', async () => {
    const bytes = 'GET / HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-two:2\r\nAccept:  z \r\n\r\n';
    expect(await seen(bytes, (request) => request.rawFields())).toEqual(['Host', 'h', 'X-Two', '1', 'x-two', '2', 'Accept', 'z']);
  });

  it('keep bytes beyond ASCII as one char each', async () => {
    expect(await seen(get('/', 'X-Raw: \xe9\xff\xc3\xb6'), (request) => request.field('x-raw'))).toBe('\xe9\xff\xc3\xb6');
  });

  it('of a hundred lines are all there', async () => {
    const lines = Array.from({ length: 99 }, (_, i) => `X-Field-${i}: ${'v'.repeat(i)}`);
    const raw = await seen(get('/', ...lines), (request) => request.rawFields());
    expect(raw).toHaveLength(200);
    expect(raw.slice(-2)).toEqual(['X-Field-98', 'v'.repeat(98)]);
  });
});

describe('a request that the handler keeps', () => {
  it('can be read after its batch, when the ring has long been used again', async () => {
    const kept: GatewayRequest[] = [];
    const server = await inline((request, respond) => {
      if (request.path === '/kept') kept.push(request);
      respond(200, [], request.path);
    });
    const slow = await inline(async (request, respond) => {
      await new Promise((resolve) => setImmediate(resolve));
      for (let i = 0; i < 20; i++) await ask(server.url, get(`/noise/${'n'.repeat(4000)}`));
      respond(200, [], `${request.method} ${request.target} ${request.field('x-name')} ${request.remoteAddress}`);
    });
    expect((await ask(slow.url, get('/p?q', 'X-Name: kept'))).text).toBe('GET /p?q kept 127.0.0.1');
  });

  it('keeps its values apart from those of 500 others in flight', async () => {
    const server = await started({ app: fixtureApp('late-mirror.mjs'), workers: 2 });
    const clients = await Promise.all(Array.from({ length: 50 }, () => connected(server)));
    for (const [c, client] of clients.entries()) {
      for (let i = 0; i < 10; i++) client.send(get(`/${c}/${i}?${'q'.repeat(i * 100)}`, `X-Me: ${c}-${i}`));
    }
    for (const [c, client] of clients.entries()) {
      for (let i = 0; i < 10; i++) expect((await client.answer()).text).toBe(`/${c}/${i} ${i * 100} ${c}-${i}`);
    }
  });
});

describe('routes', () => {
  const app = defineApp({
    urls: [
      route('items/<int:id>/<slug:name>/', (_request, { id, name }) => ({ id, name })),
      route('any/<path:rest>', (_request, { rest }) => ({ rest })),
    ],
  });

  it.each([
    ['/items/42/a-b_c/', { id: 42, name: 'a-b_c' }],
    ['/any/x/y%20z/%C3%B6', { rest: 'x/y z/ö' }],
  ])('%s is matched natively with its parameters', async (target, expected) => {
    const server = await started({ app });
    expect((await ask(server.url, get(target))).json()).toEqual(expected);
  });

  it('that nothing matches, a wrong method and a missing slash are answered', async () => {
    const server = await started({ app });
    expect((await ask(server.url, get('/nothing'))).status).toBe(404);
    const redirect = await ask(server.url, get('/items/42/a?x=1'));
    expect([redirect.status, redirect.field('location')]).toEqual([301, '/items/42/a/?x=1']);
  });
});
