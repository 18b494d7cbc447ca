import { describe, expect, test } from 'vitest';
import {
  allowedHosts,
  common,
  conditionalGet,
  cspNonce,
  defaultCacheControl,
  getRequestId,
  html,
  measure,
  type Middleware,
  NONCE,
  type Request,
  requestId,
  Response,
  securityFields,
  securityHeaders,
  serverTiming,
  stream,
  text,
} from '../../../src/index.ts';
import { run } from '../helpers.ts';

const secure = { scheme: 'https' as const };

describe('securityHeaders()', () => {
  test('sets careful values, and none that HTTP should not have', async () => {
    const { get } = await run({ middleware: [securityHeaders()] });
    expect((await get('/')).headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'content-security-policy': "base-uri 'self'; object-src 'none'; frame-ancestors 'none'",
    });
  });

  test('sets them on the pages of errors too', async () => {
    const { get } = await run({ middleware: [securityHeaders()], view: () => { throw new Error('x'); } });
    expect((await get('/')).headers).toMatchObject({ 'x-frame-options': 'DENY' });
  });

  test('leaves what the view has set', async () => {
    const view = () => text('x', { headers: { 'X-Frame-Options': 'SAMEORIGIN', 'Content-Security-Policy': "default-src 'none'" } });
    const { get } = await run({ middleware: [securityHeaders()], view });
    expect((await get('/')).headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', 'content-security-policy': "default-src 'none'" });
  });

  test('does not change the field block that responses share', async () => {
    let inside: unknown;
    const look: Middleware = (_request, next) => {
      const response = next();
      inside = (response as ReturnType<typeof text>).headers.has('x-frame-options');
      return response;
    };
    const { get } = await run({ middleware: [securityHeaders(), look] });
    await get('/');
    await get('/');
    expect(inside).toBe(false);
  });

  test('sends HSTS over HTTPS only', async () => {
    const { get } = await run({ middleware: [securityHeaders({ hsts: { maxAgeSeconds: 60, includeSubDomains: true } })] });
    expect((await get('/', secure)).headers['strict-transport-security']).toBe('max-age=60; includeSubDomains');
    expect((await get('/')).headers['strict-transport-security']).toBeUndefined();
  });

  test('puts the nonce into the policy of pages that asked for one, a new one each time', async () => {
    const csp = { 'script-src': ["'self'", NONCE], 'style-src': [NONCE] };
    const view = (request: Request) => (request.path === '/' ? cspNonce(request) : 'none');
    const { get } = await run({ middleware: [securityHeaders({ csp })], view });
    const [first, second] = [await get('/'), await get('/')];
    expect(first.headers['content-security-policy']).toBe(`script-src 'self' 'nonce-${first.body as string}'; style-src 'nonce-${first.body as string}'`);
    expect(first.body).not.toBe(second.body);
  });

  test('leaves the nonce out of the policy of other pages', async () => {
    const { get } = await run({ middleware: [securityHeaders({ csp: { 'script-src': ["'self'", NONCE] }, cspReportOnly: true })] });
    expect((await get('/')).headers['content-security-policy-report-only']).toBe("script-src 'self'");
  });

  test('can be switched off part by part', async () => {
    const off = { csp: false, nosniff: false, referrerPolicy: false, crossOriginOpenerPolicy: false, frameOptions: false } as const;
    const { get } = await run({ middleware: [securityHeaders(off)] });
    expect((await get('/')).headers).toEqual({ 'content-type': 'text/html; charset=utf-8' });
  });

  test('gives its constant fields for static directories, but for what the front always sends', () => {
    expect(securityFields({ frameOptions: 'SAMEORIGIN', permissionsPolicy: 'camera=()' })).toEqual({
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'SAMEORIGIN',
      'permissions-policy': 'camera=()',
    });
  });

  test.each<[unknown, RegExp]>([
    [{ hst: {} }, /unknown option 'hst'; did you mean 'hsts'\?/],
    [{ csp: { 'script-src': ["'self'; default-src *"] } }, /csp\['script-src'\] holds "'self'; default-src \*"; expected one source an entry/],
    [{ csp: { 'Script Src': [] } }, /csp has the directive "Script Src"/],
    [{ csp: { 'script-src': "'self'" } }, /csp\['script-src'\] is "'self'"; expected a list/],
    [{ frameOptions: 'ALLOW' }, /frameOptions is "ALLOW"; expected "DENY" or "SAMEORIGIN" or false/],
    [{ referrerPolicy: 'a\r\nb' }, /securityHeaders\(\): response field 'referrer-policy'/],
    [{ hsts: { maxAgeSeconds: '1y' } }, /hsts.maxAgeSeconds is "1y"; expected a whole number of at least 0/],
  ])('refuses %j', (options, message) => {
    expect(() => securityHeaders(options as never)).toThrow(message);
  });
});

describe('allowedHosts()', () => {
  const ask = async (host: string) => {
    const { get } = await run({ middleware: [allowedHosts(['example.org', '*.example.net', '[::1]'])] });
    return (await get('/', { fields: host === '' ? [] : ['host', host] })).status;
  };

  test.each(['example.org', 'EXAMPLE.org:8080', 'example.org.', 'a.example.net', 'a.b.example.net:1', '[::1]:80'])('serves %s', async (host) => {
    expect(await ask(host)).toBe(200);
  });

  test.each(['', 'example.com', 'example.net', 'evilexample.net', 'example.org.evil.com', 'a.example.org', '::1'])('answers 421 for %j', async (host) => {
    expect(await ask(host)).toBe(421);
  });

  test('looks at each request, also behind one that was served', async () => {
    const { get } = await run({ middleware: [allowedHosts(['example.org'])] });
    const statuses = [];
    for (const host of ['example.org', 'evil.org', 'example.org', '']) statuses.push((await get('/', { fields: ['host', host] })).status);
    expect(statuses).toEqual([200, 421, 200, 421]);
  });

  test.each([[[]], [['https://example.org']], [['*']], [['exa*mple.org']], ['example.org']])('refuses %j', (hosts) => {
    expect(() => allowedHosts(hosts as never)).toThrow(/allowedHosts\(\): /);
  });
});

describe('common()', () => {
  test.each([
    ['add', 'example.org', '/a%20b?c=1', 'http://www.example.org/a%20b?c=1'],
    ['add', 'example.org:8080', '/', 'http://www.example.org:8080/'],
    ['remove', 'www.example.org', '/', 'http://example.org/'],
  ] as const)('www: %j sends %s%s to %s', async (www, host, target, location) => {
    const { get } = await run({ middleware: [common({ www })] });
    expect(await get(target, { fields: ['host', host] })).toMatchObject({ status: 301, headers: { location } });
  });

  test.each([['add', 'www.example.org'], ['add', 'localhost'], ['add', '127.0.0.1:80'], ['add', '[::1]'], ['remove', 'example.org'], ['remove', 'www.org']] as const)(
    'www: %j leaves %s',
    async (www, host) => {
      const { get } = await run({ middleware: [common({ www })] });
      expect((await get('/', { fields: ['host', host] })).status).toBe(200);
    },
  );

  test('keeps the method of other requests', async () => {
    const { get } = await run({ middleware: [common({ www: 'add' })] });
    expect((await get('/', { method: 'POST', fields: ['host', 'example.org'] })).status).toBe(308);
  });

  test('refuses user agents', async () => {
    const { get } = await run({ middleware: [common({ disallowedUserAgents: [/badbot/i] })] });
    expect((await get('/', { fields: ['user-agent', 'BadBot/1.0'] })).status).toBe(403);
    expect((await get('/', { fields: ['user-agent', 'Firefox'] })).status).toBe(200);
  });
});

describe('requestId()', () => {
  const view = (request: Request) => getRequestId(request) ?? 'none';

  test('gives view and client one id, another for each request', async () => {
    const { get } = await run({ middleware: [requestId()], view });
    const [first, second] = [await get('/'), await get('/')];
    expect(first.headers['x-request-id']).toBe(first.body);
    expect(first.body).not.toBe(second.body);
  });

  test('does not believe the client', async () => {
    const { get } = await run({ middleware: [requestId()], view });
    expect((await get('/', { fields: ['x-request-id', 'mine'] })).body).not.toBe('mine');
  });

  test('takes over what a trusted proxy sends, if it is harmless', async () => {
    const { get } = await run({ middleware: [requestId({ trust: true, header: 'X-Trace' })], view });
    expect(await get('/', { fields: ['x-trace', 'abc-123'] })).toMatchObject({ body: 'abc-123', headers: { 'x-trace': 'abc-123' } });
    for (const bad of ['', 'a b', 'a"b', 'x'.repeat(129)]) expect((await get('/', { fields: ['x-trace', bad] })).body).not.toBe(bad);
  });
});

describe('serverTiming()', () => {
  test('sends the time of the application and of what was measured', async () => {
    const view = async (request: Request) => {
      measure(request, 'sync', () => 1);
      await measure(request, 'async', async () => 2);
      return 'ok';
    };
    const { get } = await run({ middleware: [serverTiming()], view });
    expect((await get('/')).headers['server-timing']).toMatch(/^app;dur=\d+\.\d\d, sync;dur=\d+\.\d\d, async;dur=\d+\.\d\d$/);
  });

  test('measures what fails and passes the failure on', async () => {
    const fail = (): never => { throw new Error('x'); };
    const view = async (request: Request) => {
      expect(() => measure(request, 'sync', fail)).toThrow('x');
      await expect(measure(request, 'async', async () => fail())).rejects.toThrow('x');
      return 'ok';
    };
    const { get } = await run({ middleware: [serverTiming()], view });
    expect((await get('/')).headers['server-timing']).toMatch(/sync;dur=.*async;dur=/);
  });
});

describe('conditionalGet()', () => {
  const options = { middleware: [conditionalGet()], view: () => html('page', { headers: { 'cache-control': 'private', 'x-other': '1' } }) };

  test('tags pages, and answers 304 to who has the page', async () => {
    const { get } = await run(options);
    const first = await get('/');
    expect(first).toMatchObject({ status: 200, body: 'page' });
    const again = await get('/', { fields: ['if-none-match', `"x", ${first.headers['etag'] as string}`] });
    expect(again).toMatchObject({ status: 304, body: null, headers: { etag: first.headers['etag'], 'cache-control': 'private' } });
    expect(again.headers).not.toHaveProperty('x-other');
    expect(again.headers).not.toHaveProperty('content-type');
  });

  test('tags bytes as it tags the text that they are', async () => {
    const { get } = await run(options);
    const bytes = await run({ ...options, view: () => new Response(Buffer.from('page')) });
    expect((await bytes.get('/')).headers['etag']).toBe((await get('/')).headers['etag']);
  });

  test('heeds no-store in any of several lines', async () => {
    const view = () => new Response('page', { headers: { 'cache-control': ['private', 'no-store'] } });
    const { get } = await run({ ...options, view });
    expect((await get('/')).headers).not.toHaveProperty('etag');
  });

  test('answers 412 where the client insists on another page', async () => {
    const { get } = await run(options);
    expect((await get('/', { fields: ['if-match', '"other"'] })).status).toBe(412);
    expect((await get('/', { fields: ['if-match', '*'] })).status).toBe(200);
  });

  test('sends a page that has changed', async () => {
    const { get } = await run(options);
    expect((await get('/', { fields: ['if-none-match', 'W/"old"'] })).status).toBe(200);
  });

  test('keeps to the date of the view where there is no tag to compare', async () => {
    const view = () => html('page', { headers: { 'last-modified': 'Sun, 01 Jan 2023 00:00:00 GMT' } });
    const { get } = await run({ ...options, view });
    expect((await get('/', { fields: ['if-modified-since', 'Sun, 01 Jan 2023 00:00:00 GMT'] })).status).toBe(304);
    expect((await get('/', { fields: ['if-modified-since', 'Sat, 31 Dec 2022 00:00:00 GMT'] })).status).toBe(200);
  });

  test.each([
    ['streams', () => stream(['x'])],
    ['what may not be stored', () => html('x', { headers: { 'cache-control': 'no-store' } })],
    ['errors', () => html('x', { status: 404 })],
  ])('does not tag %s', async (_what, view) => {
    const { get } = await run({ middleware: [conditionalGet()], view });
    expect((await get('/')).headers).not.toHaveProperty('etag');
  });

  test('does not tag answers to other methods', async () => {
    const { get } = await run(options);
    expect((await get('/', { method: 'POST' })).headers).not.toHaveProperty('etag');
  });
});

describe('defaultCacheControl()', () => {
  test('speaks for answers that do not say anything', async () => {
    const view = (request: Request) => (request.path === '/' ? 'x' : text('x', { headers: { 'cache-control': 'no-store' } }));
    const { get } = await run({ middleware: [defaultCacheControl()], view });
    expect((await get('/')).headers['cache-control']).toBe('private, no-cache');
    const own = await run({ middleware: [defaultCacheControl({ public: true, maxAge: 60, sMaxAge: 5, staleWhileRevalidate: 9 })], view });
    expect((await own.get('/')).headers['cache-control']).toBe('public, max-age=60, s-maxage=5, stale-while-revalidate=9');
  });

  test('leaves what the view says', async () => {
    const { get } = await run({ middleware: [defaultCacheControl()], view: () => text('x', { headers: { 'cache-control': 'no-store' } }) });
    expect((await get('/')).headers['cache-control']).toBe('no-store');
  });

  test.each<[object, RegExp]>([
    [{}, /no directive is given/],
    [{ public: true, private: true }, /exclude each other/],
    [{ maxAge: -1 }, /maxAge is -1; expected a whole number/],
    [{ maxage: 1 }, /did you mean 'maxAge'/],
  ])('refuses %j', (directives, message) => {
    expect(() => defaultCacheControl(directives)).toThrow(message);
  });
});
