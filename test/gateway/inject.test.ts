import { describe, expect, test, vi } from 'vitest';
import { normalizePath } from '../../src/gateway/inject/normal-path.ts';
import { PlainRequest } from '../../src/gateway/inject/plain-request.ts';
import { defineApp, gateway, inject, path, stream, text } from '../../src/index.ts';

const app = defineApp({
  urls: [
    path('hello/<str:name>/', (_request, { name }) => text(`hello ${name}`)),
    path('echo/', async (request) => ({ method: request.method, type: request.headers.get('content-type'), body: await request.text(), q: request.query.get('q') })),
    path('stream/', () => stream(['a', 'é', new Uint8Array([0x62])])),
    path('cookies/', () => text('').setCookie('a', '1').setCookie('b', '2')),
  ],
});

describe('inject', () => {
  test('a path is a GET', async () => {
    const response = await inject(app, '/hello/w%C3%B6rld/');
    expect([response.status, response.headers.get('Content-Type'), response.text()]).toEqual([200, 'text/plain; charset=utf-8', 'hello wörld']);
  });

  test('method, headers, query and body arrive', async () => {
    const response = await inject(app, { method: 'POST', url: '/echo/?q=1', headers: { 'Content-Type': 'text/x' }, body: 'hi' });
    expect(response.json()).toEqual({ method: 'POST', type: 'text/x', body: 'hi', q: '1' });
  });

  test('a streamed body is collected', async () => {
    expect((await inject(app, '/stream/')).text()).toBe('aéb');
  });

  test('HEAD has no content', async () => {
    const response = await inject(app, { method: 'HEAD', url: '/stream/' });
    expect([response.status, response.bytes().length]).toEqual([200, 0]);
  });

  test('cookies are found one by one', async () => {
    const { headers } = await inject(app, '/cookies/');
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
    expect([...headers.entries()]).toHaveLength(3);
    expect([headers.get('x'), headers.has('set-cookie')]).toEqual([null, true]);
  });

  test('fetch handlers and raw applications run too', async () => {
    expect((await inject({ fetch: (request: Request) => new Response(request.url) }, '/x?y')).text()).toBe('http://localhost/x?y');
    const raw = gateway((request, respond) => respond(200, [], String(request.routeId)));
    expect((await inject(raw, '/x')).text()).toBe('-1');
  });

  test('an application is started once', async () => {
    const onStart = vi.fn();
    const counted = defineApp({ urls: [path('', () => 'x')], onStart });
    await Promise.all([inject(counted, '/'), inject(counted, '/')]);
    await inject(counted, '/');
    expect(onStart).toHaveBeenCalledOnce();
  });

  test.each([
    ['throws', () => { throw new Error('boom'); }],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['answers with a broken field', (_request: unknown, respond: (...args: never[]) => void) => respond(...([200, ['a b', 'x'], null] as never[]))],
    ['answers with status 99', (_request: unknown, respond: (...args: never[]) => void) => respond(...([99, [], null] as never[]))],
  ])('a raw application that %s gives 500 and an error on the console', async (_how, raw) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await inject(gateway(raw as never), '/')).status).toBe(500);
    expect(error).toHaveBeenCalledOnce();
    error.mockRestore();
  });

  test('a second answer throws into the application', async () => {
    let second: unknown;
    const twice = gateway((_request, respond) => {
      respond(200, [], 'first');
      try {
        respond(200, [], 'second');
      } catch (error) {
        second = error;
      }
    });
    expect((await inject(twice, '/')).text()).toBe('first');
    expect((second as Error).name).toBe('AlreadyAnsweredError');
  });

  test.each([undefined, null, 5, {}])('%s is no application', async (value) => {
    await expect(inject(value, '/')).rejects.toThrow(/expected an application/);
  });

  test('what the front would refuse is refused', async () => {
    await expect(inject(app, '/%zz')).rejects.toThrow(/the front answers 400/);
    await expect(inject(app, '/a b')).rejects.toThrow(/blanks/);
  });
});

describe('normalizePath', () => {
  test.each([
    ['/', '/'],
    ['/a//b/', '/a//b/'],
    ['/a/./b', '/a/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/../c', '/a/c'],
    ['/a/.', '/a/'],
    ['/a/%2e%2e/b', '/b'],
    ['/a/...', '/a/...'],
    ['/%252e', '/%2e'],
    ['/%c3%a9', '/é'],
    ['/%ff', '/\ufffd'],
    ['/..', undefined],
    ['/a/../../b', undefined],
    ['/%', undefined],
    ['/%4', undefined],
    ['/%00', undefined],
  ])('%s is %s', (raw, normal) => {
    expect(normalizePath(raw)).toBe(normal);
  });
});

describe('PlainRequest', () => {
  test('an absolute target gives path, query and authority', () => {
    const request = new PlainRequest({ target: 'http://a.org:8080/x?y', fields: ['Host', 'b.org'] });
    expect([request.path, request.query, request.authority]).toEqual(['/x', 'y', 'a.org:8080']);
  });

  test('content can be read once, within its limit', async () => {
    const { body } = new PlainRequest({ target: '/', body: Buffer.from('abc') });
    expect([body.length, body.available?.length]).toEqual([3, 3]);
    await expect(body.bytes(2)).rejects.toMatchObject({ name: 'BodyTooLargeError' });
    await expect(body.bytes()).rejects.toThrow(/read already/);
  });
});
