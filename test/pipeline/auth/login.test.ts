import { describe, expect, test } from 'vitest';
import { csrf, csrfExempt, csrfToken, defineApp, getSession, getUserId, loginRequired, login, logout, memoryStore, path, safeNext, sessions } from '../../../src/index.ts';
import { Browser } from '../browser.ts';

const application = defineApp({
  middleware: [sessions({ store: memoryStore() }), csrf()],
  urls: [
    path('cart/', async (request) => ((await getSession(request)).set('cart', 'full'), 'ok')),
    path('login/<str:user>/', csrfExempt(async (request, { user }) => (await login(request, user), 'ok'))),
    path('logout/', async (request) => (await logout(request), 'ok')),
    path('who/', async (request) => ({ user: (await getUserId(request)) ?? null, cart: (await getSession(request)).get('cart') ?? null })),
    path('token/', (request) => csrfToken(request)),
    path('change/', () => 'changed'),
    path('page/', loginRequired({ loginUrl: '/login/' }, () => 'secret')),
    path('api/', loginRequired({}, () => 'secret')),
  ],
});

describe('login()', () => {
  test('remembers the user until logout()', async () => {
    const browser = new Browser(application);
    await browser.get('/login/ada/');
    expect((await browser.get('/who/')).json()).toEqual({ user: 'ada', cart: null });
    await browser.get('/logout/');
    expect((await browser.get('/who/')).json()).toEqual({ user: null, cart: null });
  });

  test('gives the session another identity and keeps what the visitor had', async () => {
    const browser = new Browser(application);
    await browser.get('/cart/');
    const planted = browser.cookies.get('sessionid') as string;
    await browser.get('/login/ada/');
    expect((await browser.get('/who/')).json()).toEqual({ user: 'ada', cart: 'full' });
    const attacker = new Browser(application);
    attacker.cookies.set('sessionid', planted);
    expect((await attacker.get('/who/')).json()).toEqual({ user: null, cart: null });
  });

  test('keeps nothing of another user', async () => {
    const browser = new Browser(application);
    await browser.get('/login/ada/');
    await browser.get('/cart/');
    await browser.get('/login/bob/');
    expect((await browser.get('/who/')).json()).toEqual({ user: 'bob', cart: null });
  });

  test('makes CSRF tokens from before useless', async () => {
    const browser = new Browser(application);
    const csrfmiddlewaretoken = (await browser.get('/token/')).text();
    await browser.get('/login/ada/');
    expect((await browser.post('/change/', { csrfmiddlewaretoken })).status).toBe(403);
    expect((await browser.post('/change/', { csrfmiddlewaretoken: (await browser.get('/token/')).text() })).status).toBe(200);
  });
});

describe('loginRequired()', () => {
  test('lets users in', async () => {
    const browser = new Browser(application);
    await browser.get('/login/ada/');
    expect((await browser.get('/page/')).text()).toBe('secret');
  });

  test('sends others to the log-in page, with the way back', async () => {
    const response = await new Browser(application).get('/page/?a=1&b=2');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/login/?next=%2Fpage%2F%3Fa%3D1%26b%3D2']);
  });

  test('refuses others where there is no log-in page', async () => {
    expect((await new Browser(application).get('/api/')).status).toBe(403);
  });

  test.each([[{ loginUrl: '//evil.example' }], [{ loginUrl: 'login' }], [{ url: '/' }]])('refuses the options %j', (options) => {
    expect(() => loginRequired(options as never, () => 'x')).toThrow(/loginRequired\(\)/);
  });
});

describe('safeNext()', () => {
  test.each(['/', '/page/?a=1#b', '/%2F/evil'])('goes to %j', (next) => {
    expect(safeNext(next, '/home/')).toBe(next);
  });

  test.each([undefined, '', 'page', '//evil.example', '/\\evil.example', '/a\\b', '\t//evil.example', '/\t/evil.example', 'https://evil.example', 'javascript:alert(1)'])('does not go to %j', (next) => {
    expect(safeNext(next, '/home/')).toBe('/home/');
  });
});
