/** rateLimit() of views: what the front judges before a worker hears of it, and what it leaves to the worker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineApp, type FastServer, inject, path, rateLimit, serve } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { fixtureApp, started } from '../support/servers.ts';

describe('rateLimit() with workers', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({ app: fixtureApp('rate-limited.mjs'), workers: 1, ioThreads: 2 });
  });
  afterAll(() => server.close({ grace: 0 }));

  const keyed = (target: string, key: string): string => `GET ${target} HTTP/1.1\r\nHost: a\r\nX-Key: ${key}\r\n\r\n`;
  const statuses = async (...requests: string[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const request of requests) seen.push((await ask(server.url, request)).status);
    return seen;
  };
  const asked = async (): Promise<number> => (JSON.parse((await ask(server.url, get('/free/'))).text) as { asked: number }).asked;

  it('refuses without a worker, with the fields that say when to come again', async () => {
    expect(await statuses(get('/address/'), get('/address/?other'))).toEqual([200, 200]);
    const before = await asked();
    const refused = await ask(server.url, get('/address/'));
    expect(refused.status).toBe(429);
    expect(refused.field('ratelimit-policy')).toBe('"view";q=2;w=3600');
    const wait = Number(refused.field('retry-after'));
    expect(wait).toBeGreaterThan(1700);
    expect(wait).toBeLessThanOrEqual(1800);
    expect(refused.field('ratelimit')).toBe(`"view";r=0;t=${wait}`);
    expect(await asked()).toBe(before + 1);
    expect(server.stats().rateLimited).toBeGreaterThanOrEqual(1);
  });

  it('counts spellings of one path as one', async () => {
    expect(await statuses(get('/x/../%61ddress/'))).toEqual([429]);
  });

  it('counts each key by itself, and nobody who has none', async () => {
    expect(await statuses(keyed('/key/', 'a'), keyed('/key/', 'b'), keyed('/key/', 'a'))).toEqual([200, 200, 429]);
    expect(await statuses(get('/key/'), get('/key/'))).toEqual([200, 200]);
  });

  it('counts its methods only', async () => {
    const post = head('POST', '/post/', 'Content-Length: 0');
    expect(await statuses(get('/post/'), get('/post/'), post, post)).toEqual([200, 200, 200, 429]);
  });

  it('judges by each of several limits around one view', async () => {
    const refused = async (who: string) => (await ask(server.url, get(`/nested/?who=${who}`))).field('ratelimit-policy');
    expect(await statuses(get('/nested/?who=a'))).toEqual([200]);
    expect(await refused('a')).toContain('"inner"');
    expect(await statuses(get('/nested/?who=b'), get('/nested/?who=c'), get('/nested/?who=d'))).toEqual([200, 200, 200]);
    expect(await refused('e')).toContain('"outer"');
  });

  it('asks a function for the key in the worker, and refuses with the same fields', async () => {
    expect(await statuses(keyed('/function/', 'a'), keyed('/function/', 'b'))).toEqual([200, 200]);
    const before = await asked();
    const refused = await ask(server.url, keyed('/function/', 'a'));
    expect(refused.status).toBe(429);
    expect(refused.field('ratelimit-policy')).toBe('"mine";q=1;w=3600');
    expect(Number(refused.field('retry-after'))).toBeGreaterThan(3500);
    expect(await asked()).toBe(before + 2);
  });

  it('counts limits of one name together, whoever judges them', async () => {
    const request = (where: string) => keyed(`/shared/${where}/`, 'k');
    expect(await statuses(request('front'), request('worker'), request('front'), request('worker'))).toEqual([200, 200, 429, 429]);
  });

  it('is the work of the worker behind other decorators and for expressions', async () => {
    expect(await statuses(get('/members/'), get('/members/'), get('/members/'))).toEqual([302, 302, 302]);
    expect(await statuses(get('/expression/'), get('/expression/'))).toEqual([200, 429]);
    // Answered from the cache, which stands before the limit.
    expect(await statuses(get('/inside/'), get('/inside/'), get('/inside/'))).toEqual([200, 200, 200]);
  });

  it('goes on counting when the code is replaced', async () => {
    await server.reload();
    expect(await statuses(get('/address/'), keyed('/key/', 'a'), keyed('/function/', 'a'))).toEqual([429, 429, 429]);
  });
});

it('rateLimit() leaves refusals to the page of the application for 429', async () => {
  const limited = rateLimit({ limit: 1, windowMs: 60_000 }, () => 'ok');
  const server = await started({ app: defineApp({ urls: [path('', limited)], errorHandlers: { 429: () => 'come later' } }), workers: 0 });
  expect((await ask(server.url, get('/'))).text).toBe('ok');
  const refused = await ask(server.url, get('/'));
  expect([refused.status, refused.text]).toEqual([429, 'come later']);
  expect(server.stats().rateLimited).toBe(0);
});

it('rateLimit() counts without a server, by the same keys', async () => {
  const app = defineApp({ urls: [path('', rateLimit({ limit: 1, windowMs: 60_000, name: 'injected', key: '$http_x_key' }, () => 'ok'))] });
  const statusOf = async (key: string) => (await inject(app, { url: '/', headers: { 'x-key': key } })).status;
  expect([await statusOf('a'), await statusOf('b'), await statusOf('a')]).toEqual([200, 200, 429]);
});
