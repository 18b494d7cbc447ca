/** Routes and URLconfs of one host: a site for each name, in one application. */
import { describe, expect, it } from 'vitest';
import { cachePage, defineApp, type FastServer, include, inject, path, rePath, reverse, text, UrlconfError } from '../../dist/index.js';
import { ask, head } from '../support/client.ts';
import { started } from '../support/servers.ts';

const say = (word: string) => () => text(word);

const shop = [path('', say('shop'), { name: 'home' }), path('cart/', say('cart'), { methods: ['POST'] }), rePath(/^item-\d+$/, say('item'))];

const app = defineApp({
  urls: [
    path('', include(shop, { host: 'Shop.Example', namespace: 'shop' })),
    path('', say('tenant'), { host: '*.tenants.example' }),
    path('', say('main')),
    path('kept/', cachePage(60, (request) => text(`kept for ${request.host}`))),
  ],
});

/** Line, method and host; the front must say the same as inject(), which resolves in JavaScript. */
async function both(server: FastServer, url: string, host: string, method = 'GET'): Promise<string> {
  const request = head(method, url).replace(/Host: .*/, `Host: ${host}`);
  const answer = await ask(server.url, request);
  const injected = await inject(app, { url, method, headers: { host } });
  expect([host, url, injected.status]).toEqual([host, url, answer.status]);
  return answer.status === 200 ? answer.text : String(answer.status);
}

describe('routes of a host', () => {
  it.each([
    ['/', 'shop.example', 'shop'],
    ['/', 'SHOP.example:8080', 'shop'],
    ['/item-7', 'shop.example', 'item'],
    ['/', 'a.tenants.example', 'tenant'],
    ['/', 'tenants.example', 'main'],
    ['/', 'other.example', 'main'],
    ['/item-7', 'other.example', '404'],
    ['/cart/', 'other.example', '404'],
    ['/cart/', 'shop.example', '405'],
    ['/cart', 'shop.example', '301'],
  ])('%s of %s: %s', async (url, host, expected) => {
    expect(await both(await started({ app, workers: 0 }), url, host)).toBe(expected);
  });

  it('have stored answers of their own', async () => {
    const server = await started({ app, workers: 0 });
    for (const host of ['a.example', 'b.example', 'a.example']) expect(await both(server, '/kept/', host)).toBe(`kept for ${host}`);
  });

  it('are reversed to a path: which host it is for, the page knows', () => {
    expect(app.reverse('shop:home')).toBe('/');
    expect(reverse('shop:home')).toBe('/');
  });
});

describe('a host that makes no sense', () => {
  it.each([
    ['with a port', () => path('', say(''), { host: 'a.example:80' }), 'path(""): host is "a.example:80"; expected "example.org", "*.example.org" or "[::1]", without port'],
    ['of an include', () => include([], { host: '' }), 'include(): host is ""; expected "example.org"'],
    [
      'inside that of another',
      () => defineApp({ urls: [path('x/', include([path('y/', say(''), { host: 'a.example' })], { host: 'b.example' }))] }),
      '"x/y/" is for the host a.example, inside an include for b.example; name the host in one place',
    ],
  ])('%s is refused when the application is loaded', (_name, make, message) => {
    expect(make).toThrow(UrlconfError);
    expect(make).toThrow(message);
  });
});
