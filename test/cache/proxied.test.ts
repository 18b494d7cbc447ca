/** Stored answers of upstreams (RFC 9111): who is asked, what clients get, what is never stored. */
import { describe, expect, it } from 'vitest';
import type { FastServer, ProxyCacheConfig } from '../../dist/index.js';
import { runCommand } from '../../dist/control/commands.js';
import { RawUpstream } from '../proxy/upstream.ts';
import { ask, get, head, post } from '../support/client.ts';
import { connected, started } from '../support/servers.ts';

interface Reply {
  status?: number;
  fields?: Record<string, string>;
  body?: string;
}

/** What the upstream answers, by the path that is asked for; `count` is the number of requests that it has had. */
type Site = (target: string, count: number, head: string) => Reply;

interface Setup {
  server: FastServer;
  upstream: RawUpstream;
  fetch(target: string, ...lines: string[]): ReturnType<typeof ask>;
}

async function siteBehind(cache: boolean | ProxyCacheConfig, site: Site, more: object = {}): Promise<Setup> {
  const upstream: RawUpstream = await RawUpstream.start(({ socket, head: asked }) => {
    const [method = '', target = ''] = asked.split(' ');
    const { status = 200, fields = {}, body = `answer ${upstream.requests.length}` } = site(target, upstream.requests.length, asked);
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const content = method === 'HEAD' || status === 304 ? '' : body;
    socket.write(`HTTP/1.1 ${status} Any\r\n${lines}${status === 304 ? '' : `Content-Length: ${body.length}\r\n`}\r\n${content}`);
  });
  const server = await started({ ioThreads: 2, cache: { status: true }, proxy: [{ prefix: '/', upstream: upstream.url, cache, ...more }] });
  return { server, upstream, fetch: (target, ...lines) => ask(server.url, get(target, ...lines)) };
}

const fresh = (value = 'max-age=600'): Site => () => ({ fields: { 'Cache-Control': value, ETag: '"v"' } });

describe('an answer of an upstream', () => {
  it('is stored as it says, and tells its age', async () => {
    const { upstream, fetch } = await siteBehind(true, fresh());
    const first = await fetch('/a');
    const second = await fetch('/a');
    expect([first.text, second.text]).toEqual(['answer 1', 'answer 1']);
    expect(upstream.requests).toHaveLength(1);
    expect(first.field('cache-status')).toBe('fastserve; fwd=uri-miss; stored');
    expect(second.field('cache-status')).toMatch(/^fastserve; hit; ttl=\d+$/);
    expect(Number(second.field('age'))).toBeGreaterThanOrEqual(0);
    expect(second.field('date')).toBeDefined();
  });

  it('is not stored without the word for it', async () => {
    const refused = ['no-store', 'private', 'max-age=0', 'no-cache'];
    const { fetch } = await siteBehind(true, (target) => ({ fields: { 'Cache-Control': refused[Number(target.slice(1))] ?? '' } }));
    for (const index of refused.keys()) {
      expect((await fetch(`/${index}`)).text).not.toBe((await fetch(`/${index}`)).text);
    }
  });

  it('that sets a cookie is not stored, unless the field is withheld or the configuration says so', async () => {
    const site: Site = (target) => ({
      fields: { 'Cache-Control': target === '/named' ? 'max-age=600, no-cache="Set-Cookie"' : 'max-age=600', 'Set-Cookie': 'a=b' },
    });
    const careful = await siteBehind(true, site);
    expect((await careful.fetch('/a')).text).not.toBe((await careful.fetch('/a')).text);
    await careful.fetch('/named');
    const named = await careful.fetch('/named');
    expect(named.field('cache-status')).toContain('hit');
    expect(named.field('set-cookie')).toBeUndefined();
    const bold = await siteBehind({ storeCookies: true }, site);
    await bold.fetch('/a');
    expect((await bold.fetch('/a')).field('set-cookie')).toBe('a=b');
  });

  it('to a request with Authorization is only stored when it is for all', async () => {
    const { fetch } = await siteBehind(true, (target) => ({ fields: { 'Cache-Control': target === '/public' ? 'public, max-age=600' : 'max-age=600' } }));
    const credentials = 'Authorization: Basic YTpi';
    expect((await fetch('/a', credentials)).text).not.toBe((await fetch('/a', credentials)).text);
    expect((await fetch('/public', credentials)).text).toBe((await fetch('/public')).text);
  });

  it('is selected by the fields that Vary names', async () => {
    const { fetch } = await siteBehind(true, () => ({ fields: { 'Cache-Control': 'max-age=600', Vary: 'Accept-Language' } }));
    const english = await fetch('/a', 'Accept-Language: en');
    const german = await fetch('/a', 'Accept-Language: de');
    expect(german.text).not.toBe(english.text);
    expect((await fetch('/a', 'Accept-Language: EN')).text).toBe(english.text);
  });

  it('follows CDN-Cache-Control before Cache-Control, and a broken one not at all', async () => {
    const site: Site = (target) => ({
      fields: { 'Cache-Control': 'no-store', 'CDN-Cache-Control': target === '/broken' ? 'max-age=600,' : 'max-age=600' },
    });
    const { fetch } = await siteBehind(true, site);
    expect((await fetch('/a')).text).toBe((await fetch('/a')).text);
    expect((await fetch('/broken')).text).not.toBe((await fetch('/broken')).text);
  });

  it('may be addressed to this cache by the name that the upstream is told', async () => {
    const { upstream, fetch } = await siteBehind(true, () => ({ fields: { 'Cache-Control': 'no-store', 'Surrogate-Control': 'max-age=600;fastserve' } }));
    const first = await fetch('/a');
    expect((await fetch('/a')).text).toBe(first.text);
    expect(first.field('surrogate-control')).toBeUndefined();
    expect(upstream.requests[0]?.head).toMatch(/^surrogate-capability: fastserve="Surrogate\/1\.0"$/im);
  });

  it('may be hidden from clients in parts that the store still obeys', async () => {
    const { fetch } = await siteBehind(true, fresh('private, max-age=600'), { hide: ['Cache-Control'] });
    const first = await fetch('/a');
    expect(first.field('cache-control')).toBeUndefined();
    expect((await fetch('/a')).text).not.toBe(first.text);
  });
});

describe('a stored answer', () => {
  it('answers HEAD, conditions and a range', async () => {
    const { server, upstream, fetch } = await siteBehind(true, fresh());
    await fetch('/a');
    const toHead = await ask(server.url, head('HEAD', '/a'), 'HEAD');
    expect([toHead.status, toHead.field('content-length')]).toEqual([200, '8']);
    const same = await fetch('/a', 'If-None-Match: "v"');
    expect([same.status, same.field('etag')]).toEqual([304, '"v"']);
    const part = await fetch('/a', 'Range: bytes=0-5');
    expect([part.status, part.text]).toEqual([206, 'answer']);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is validated when it is stale, and takes the fields of the 304', async () => {
    const { upstream, fetch } = await siteBehind(true, (_target, count, head) => {
      const same = /^if-none-match: "v"$/im.test(head);
      return { status: same ? 304 : 200, fields: { 'Cache-Control': 'max-age=0', ETag: '"v"', 'X-Count': String(count) } };
    });
    await fetch('/a');
    const again = await fetch('/a');
    expect([again.status, again.text, again.field('x-count')]).toEqual([200, 'answer 1', '2']);
    expect(again.field('cache-status')).toBe('fastserve; fwd=stale; fwd-status=304; stored');
    expect((await fetch('/a', 'If-None-Match: "v"')).status).toBe(304);
    expect(upstream.requests).toHaveLength(3);
  });

  it('answers in the place of an error, and when the upstream is dead, unless it must be validated', async () => {
    const { upstream, fetch } = await siteBehind({ staleIfError: '1h' }, (target, count) => ({
      status: count > 2 ? 503 : 200,
      fields: { 'Cache-Control': target === '/strict' ? 'max-age=0, must-revalidate' : 'max-age=0', ETag: '"v"' },
    }));
    await fetch('/a');
    await fetch('/strict');
    expect((await fetch('/a')).text).toBe('answer 1');
    expect((await fetch('/strict')).status).toBe(503);
    await upstream.stop();
    expect((await fetch('/a')).text).toBe('answer 1');
    expect((await fetch('/strict')).status).toBe(502);
  });

  it('answers while a new one is fetched behind it, for HEAD too', async () => {
    const { server, upstream, fetch } = await siteBehind({ staleWhileRevalidate: '1h' }, () => ({ fields: { 'Cache-Control': 'max-age=0', ETag: '"v"' } }));
    await fetch('/a');
    const toHead = await ask(server.url, head('HEAD', '/a'), 'HEAD');
    expect(toHead.status).toBe(200);
    await expect.poll(() => server.stats().cacheStored, { timeout: 10_000 }).toBe(2);
    expect(upstream.requests[1]?.head).toMatch(/^GET /);
    expect((await fetch('/a')).text).toBe('answer 2');
  });

  it('is forgotten behind an unsafe request to it, and when Location names it', async () => {
    const { server, fetch } = await siteBehind(true, (target) => ({ fields: { 'Cache-Control': 'max-age=600', ...(target === '/form' ? { Location: '/b?x=1' } : {}) } }));
    const before = [await fetch('/a'), await fetch('/b?x=1')];
    for (const target of ['/a', '/form']) {
      await ask(server.url, post(target, ''));
    }
    expect((await fetch('/a')).text).not.toBe(before[0]?.text);
    expect((await fetch('/b?x=1')).text).not.toBe(before[1]?.text);
  });

  it('is forgotten by URL, by prefix and by tag, on both threads', async () => {
    const { server, fetch } = await siteBehind(true, () => ({ fields: { 'Cache-Control': 'max-age=600', 'Surrogate-Key': 'one two' } }));
    for (const what of [{ url: '/news/a' }, { prefix: '/news/' }, { tag: 'two' }]) {
      const before = await fetch('/news/a');
      expect(before.field('surrogate-key')).toBeUndefined();
      expect(server.cache.purge(what)).toBe(1);
      for (let i = 0; i < 4; i++) expect((await fetch('/news/a')).text).not.toBe(before.text);
    }
  });
});

describe('what an answer is stored under', () => {
  it('is the target as the upstream was asked for it, and a purge names what it decodes to', async () => {
    const { server, fetch } = await siteBehind(true, (target) => ({ fields: { 'Cache-Control': 'max-age=600' }, body: target }));
    for (const target of ['/a%3Fb', '/a?b', '/x/%2E%2E/a%2Fb', '/a/b']) expect((await fetch(target)).text).toBe(target);
    expect((await fetch('/a%3fb')).field('cache-status')).toContain('hit');
    expect(server.cache.purge({ url: '/a/b' })).toBe(2);
  });
});

describe('the command purge', () => {
  const target = (server: FastServer) => ({ server, stop: () => {} }) as never;

  it.each([['url', '/news/a'], ['prefix', '/news/'], ['tag', 'two']])('forgets by %s', async (...given) => {
    const { server, fetch } = await siteBehind(true, () => ({ fields: { 'Cache-Control': 'max-age=600', 'Surrogate-Key': 'one two' } }));
    const before = await fetch('/news/a');
    const result = await runCommand(target(server), { command: 'purge', arguments: given });
    expect(result).toMatchObject({ message: '1 stored answer forgotten', forgotten: 1 });
    expect((await fetch('/news/a')).text).not.toBe(before.text);
  });

  it('says what it takes', async () => {
    const server = await started({ proxy: [{ prefix: '/', upstream: 'http://127.0.0.1:9' }] });
    await expect(runCommand(target(server), { command: 'purge', arguments: ['all'] })).rejects.toThrow('expected one of url, prefix, tag');
    await expect(runCommand(target(server), { command: 'purge', arguments: ['tag'] })).rejects.toThrow('needs a tag');
  });
});

describe('a request', () => {
  it('that takes only what is stored gets 504 where nothing is', async () => {
    const { upstream, fetch } = await siteBehind(true, fresh());
    expect((await fetch('/a', 'Cache-Control: only-if-cached')).status).toBe(504);
    expect(upstream.requests).toHaveLength(0);
  });

  it('with no-cache is answered anew, unless directives of requests do not count', async () => {
    const obeying = await siteBehind(true, fresh());
    await obeying.fetch('/a');
    expect((await obeying.fetch('/a', 'Cache-Control: no-cache')).text).toBe('answer 2');
    const deaf = await siteBehind({ requestDirectives: false }, fresh());
    await deaf.fetch('/a');
    expect((await deaf.fetch('/a', 'Cache-Control: no-cache')).text).toBe('answer 1');
  });

  it('is one of a thousand that cause one request to the upstream', async () => {
    const { server, upstream } = await siteBehind(true, fresh());
    const clients = await Promise.all(Array.from({ length: 1000 }, () => connected(server)));
    for (const client of clients) client.send(get('/a'));
    const answers = await Promise.all(clients.map((client) => client.answer()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('the configuration', () => {
  it('gives lifetimes by status, where answers do not', async () => {
    const { fetch } = await siteBehind({ ttl: { 404: '10m' } }, (target) => ({ status: target === '/gone' ? 404 : 200 }));
    expect((await fetch('/gone')).text).toBe((await fetch('/gone')).text);
    expect((await fetch('/here')).text).not.toBe((await fetch('/here')).text);
  });

  it('guesses a lifetime only when asked to', async () => {
    const old: Site = () => ({ fields: { 'Last-Modified': 'Wed, 01 Jan 2020 00:00:00 GMT' } });
    const careful = await siteBehind(true, old);
    expect((await careful.fetch('/a')).text).not.toBe((await careful.fetch('/a')).text);
    const bold = await siteBehind({ heuristic: true }, old);
    expect((await bold.fetch('/a')).text).toBe((await bold.fetch('/a')).text);
  });

  it('says what answers are kept under, when they pass by the store, and from which use on they are kept', async () => {
    const cache = { key: '$uri', bypass: ['$cookie_preview'], noStore: ['$arg_private'], minUses: 2 };
    const { fetch } = await siteBehind(cache, fresh());
    const texts = [await fetch('/a?x=1'), await fetch('/a?x=2'), await fetch('/a?x=3')].map(({ text }) => text);
    expect(texts).toEqual(['answer 1', 'answer 2', 'answer 2']);
    expect((await fetch('/a', 'Cookie: preview=1')).text).toBe('answer 3');
    expect((await fetch('/b?private=1')).text).not.toBe((await fetch('/b?private=1')).text);
  });
});
