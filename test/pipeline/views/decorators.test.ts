import { describe, expect, test, vi } from 'vitest';
import {
  cacheControl,
  clientNetwork,
  conditional,
  csrf,
  csrfExempt,
  getListOr404,
  getObjectOr404,
  neverCache,
  path,
  type RateLimitOptions,
  rateLimit,
  redirectTo,
  type Request,
  requireGet,
  requireMethods,
  requirePost,
  requireSafe,
  varyOn,
  type View,
} from '../../../src/index.ts';
import { run } from '../helpers.ts';

const view: View = () => 'ok';

describe('requireMethods() and its kin', () => {
  test.each([
    ['requireGet', requireGet(view), 'GET', 'HEAD', 'GET'],
    ['requireSafe', requireSafe(view), 'HEAD', 'POST', 'GET, HEAD'],
    ['requirePost', requirePost(view), 'POST', 'GET', 'POST'],
    ['requireMethods', requireMethods(['PUT', 'PATCH'], view), 'PATCH', 'GET', 'PUT, PATCH'],
  ])('%s lets its methods in and answers 405 to others', async (_name, decorated, allowed, refused, allow) => {
    const { get } = await run({ view: decorated });
    expect((await get('/', { method: allowed })).status).toBe(200);
    expect(await get('/', { method: refused })).toMatchObject({ status: 405, headers: { allow } });
  });

  test('refuse what is no method', () => {
    expect(() => requireMethods(['get' as never], view)).toThrow(/a method is "get"; expected "GET" or/);
    expect(() => requireMethods([], view)).toThrow(/expected a list/);
  });
});

describe('decorators about caches', () => {
  test.each([
    ['cacheControl', cacheControl({ public: true, maxAge: 300, immutable: true }, view), 'public, immutable, max-age=300'],
    ['neverCache', neverCache(async () => 'ok'), 'private, no-cache, no-store, must-revalidate, max-age=0'],
  ])('%s sets the field', async (_name, decorated, value) => {
    const { get } = await run({ view: decorated });
    expect(await get('/')).toMatchObject({ body: 'ok', headers: { 'cache-control': value } });
  });

  test('varyOn adds names once', async () => {
    const { get } = await run({ view: varyOn(['Accept', 'cookie'], varyOn(['Cookie'], view)) });
    expect((await get('/')).headers['vary']).toBe('Cookie, Accept');
  });

  test('name the view when it returns nothing', async () => {
    const { get, errors } = await run({ view: neverCache(function broken() {} as never) });
    await get('/');
    expect(errors[0]?.message).toMatch(/^view 'broken' returned nothing/);
  });
});

describe('conditional()', () => {
  const date = new Date('2023-01-01T00:00:00.900Z');
  const inner = vi.fn(() => 'page');
  const tagged = { view: conditional({ etag: async () => 'v7', lastModified: () => date }, inner) };

  test('sets the fields on the answer', async () => {
    const { get } = await run(tagged);
    expect((await get('/')).headers).toMatchObject({ etag: '"v7"', 'last-modified': 'Sun, 01 Jan 2023 00:00:00 GMT' });
  });

  test.each([
    [['if-none-match', '"v7"'], 'GET', 304],
    [['if-none-match', 'W/"v7"'], 'HEAD', 304],
    [['if-none-match', '*'], 'GET', 304],
    [['if-none-match', '"v6"', 'if-modified-since', 'Sun, 01 Jan 2023 00:00:00 GMT'], 'GET', 200],
    [['if-none-match', '"v7"'], 'PUT', 412],
    [['if-modified-since', 'Sun, 01 Jan 2023 00:00:00 GMT'], 'GET', 304],
    [['if-modified-since', 'Sat, 31 Dec 2022 23:59:59 GMT'], 'GET', 200],
    [['if-modified-since', 'yesterday'], 'GET', 200],
    [['if-modified-since', 'Sun, 01 Jan 2023 00:00:00 GMT'], 'PUT', 200],
    [['if-match', '"v7"'], 'PUT', 200],
    [['if-match', '*'], 'PUT', 200],
    [['if-match', '"v6"'], 'PUT', 412],
    [['if-match', 'W/"v7"'], 'PUT', 412],
    [['if-unmodified-since', 'Sun, 01 Jan 2023 00:00:00 GMT'], 'PUT', 200],
    [['if-unmodified-since', 'Sat, 31 Dec 2022 23:59:59 GMT'], 'PUT', 412],
  ])('answers %j of %s with %i, and runs the view only where needed', async (fields, method, status) => {
    inner.mockClear();
    const { get } = await run(tagged);
    expect((await get('/', { fields, method })).status).toBe(status);
    expect(inner).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
  });

  test('does not take a weak tag for a proof that nothing has changed', async () => {
    const { get } = await run({ view: conditional({ etag: () => 'W/"v7"' }, view) });
    expect((await get('/', { fields: ['if-match', 'W/"v7"'], method: 'PUT' })).status).toBe(412);
  });

  test('sends the validators with a 304', async () => {
    const { get } = await run(tagged);
    expect((await get('/', { fields: ['if-none-match', '"v7"'] })).headers).toEqual({ etag: '"v7"', 'last-modified': 'Sun, 01 Jan 2023 00:00:00 GMT' });
  });

  test('runs the view where nothing is known', async () => {
    const { get } = await run({ view: conditional({ etag: () => undefined }, view) });
    expect(await get('/', { fields: ['if-none-match', '"x"'] })).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  });

  test('refuses a tag that is none', async () => {
    const { get, errors } = await run({ view: conditional({ etag: () => 'a"b' }, view) });
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toMatch(/is no entity-tag/);
  });
});

describe('rateLimit()', () => {
  const limited = (options: Partial<RateLimitOptions> = {}) => run({ view: rateLimit({ limit: 2, windowMs: 60_000, ...options }, view) });

  test('answers 429 with Retry-After beyond the limit', async () => {
    const { get } = await limited();
    expect([(await get('/')).status, (await get('/')).status]).toEqual([200, 200]);
    const refused = await get('/');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(55);
  });

  test('counts each client by itself, and a network of IPv6 as one', async () => {
    const { get } = await limited();
    const statusOf = async (remoteAddress: string) => (await get('/', { remoteAddress })).status;
    for (const last of ['1', '2']) expect(await statusOf(`2001:db8::${last}`)).toBe(200);
    expect(await statusOf('2001:db8::3')).toBe(429);
    expect(await statusOf('2001:db8:0:1::3')).toBe(200);
    expect(await statusOf('192.0.2.1')).toBe(200);
  });

  test('counts by a key of the application, and not where there is none', async () => {
    const { get } = await limited({ key: async (request) => request.headers.get('x-key') });
    const statusOf = async (key?: string) => (await get('/', { fields: key === undefined ? [] : ['x-key', key] })).status;
    expect([await statusOf('a'), await statusOf('a'), await statusOf('a'), await statusOf('b')]).toEqual([200, 200, 429, 200]);
    for (let i = 0; i < 5; i++) expect(await statusOf()).toBe(200);
  });

  test('counts only its methods', async () => {
    const { get } = await limited({ methods: ['POST'], limit: 1 });
    for (let i = 0; i < 3; i++) expect((await get('/')).status).toBe(200);
    expect([(await get('/', { method: 'POST' })).status, (await get('/', { method: 'POST' })).status]).toEqual([200, 429]);
  });

  test('counts views of one name together and others apart', async () => {
    const one = { limit: 1, windowMs: 60_000, name: 'shared' };
    const { get } = await run({ urls: [path('a/', rateLimit(one, view)), path('b/', rateLimit(one, view)), path('c/', rateLimit({ limit: 1, windowMs: 60_000 }, view))] });
    expect([(await get('/a/')).status, (await get('/b/')).status, (await get('/c/')).status]).toEqual([200, 429, 200]);
  });

  test.each([{ limit: 0 }, { windowMs: 0 }, { limit: '5' }, { key: 'ip' }, { window: 5 }])('refuses %j', (options) => {
    expect(() => rateLimit({ limit: 1, windowMs: 1, ...options } as never, view)).toThrow(/^rateLimit\(\): /);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['', 'unix'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['2001:0db8:0:0:1:2:3:4', '2001:db8::'],
    ['2001:db8::1', '2001:db8::'],
    ['::1', '::'],
    ['1:0:2::3', '1:0:2::'],
    ['fe80::1%eth0', 'fe80::'],
  ])('takes %j for %j', (remoteAddress, network) => {
    expect(clientNetwork({ remoteAddress } as Request)).toBe(network);
  });
});

describe('decorated views', () => {
  test('keep their name', () => {
    function hello(): string {
      return 'x';
    }
    expect(neverCache(requireGet(rateLimit({ limit: 1, windowMs: 1 }, hello))).name).toBe('hello');
  });

  test('stay exempt from CSRF, whatever is put around them', async () => {
    const { get } = await run({ middleware: [csrf()], view: neverCache(requirePost(csrfExempt(view))) });
    expect((await get('/', { method: 'POST' })).status).toBe(200);
  });

  test('leave the view that they wrap as it was', async () => {
    csrfExempt(view);
    const { get } = await run({ middleware: [csrf()], view });
    expect((await get('/', { method: 'POST' })).status).toBe(403);
  });
});

describe('shortcuts', () => {
  test('getObjectOr404() gives what there is and 404 for what is not', async () => {
    expect(await getObjectOr404({ a: 1 })).toEqual({ a: 1 });
    expect(await getObjectOr404(Promise.resolve(0))).toBe(0);
    await expect(getObjectOr404(Promise.resolve(null), 'no such post')).rejects.toMatchObject({ status: 404, message: 'no such post' });
    await expect(getObjectOr404(undefined)).rejects.toMatchObject({ status: 404 });
  });

  test('getListOr404() gives lists that have something', async () => {
    expect(await getListOr404(new Set([1, 2]))).toEqual([1, 2]);
    await expect(getListOr404([])).rejects.toMatchObject({ status: 404 });
  });

  test('redirectTo() sends to a named route', async () => {
    const urls = [path('', () => redirectTo('post', { id: 7 }, { query: { page: 2 }, status: 303 })), path('posts/<int:id>/', view, { name: 'post' })];
    const { get } = await run({ urls });
    expect(await get('/')).toMatchObject({ status: 303, headers: { location: '/posts/7/?page=2' } });
  });
});
