/** Compressed forms of stored answers: made once, kept beside the answer, given to who takes them. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cachePage, defineApp, path, text, type FastServer, type ProxyCacheConfig } from '../../dist/index.js';
import { RawUpstream } from '../proxy/upstream.ts';
import { type Answer, ask, get, head } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';

const PATIENCE_MS = 20_000;
const GZIP = 'Accept-Encoding: gzip';
const SMALL = 'a page that says the same again and again, '.repeat(100);
/** More than stays in the process's memory. */
const LARGE = Array.from({ length: 20_000 }, (_, line) => `line ${line} of ${line * 7919}\n`).join('');
/** What no coding makes smaller. */
const NOISE = Array.from({ length: 3000 }, (_, at) => String.fromCharCode((Math.imul(at + 1, Math.imul(at + 7, 2_654_435_761)) >>> 16) & 255)).join('');

interface Setup {
  server: FastServer;
  upstream: RawUpstream;
  fetch(target: string, ...lines: string[]): Promise<Answer>;
  /** Asks until the answer is a form that was made aside. */
  coded(target: string, ...lines: string[]): Promise<Answer>;
}

interface Reply {
  body: string;
  fields?: string;
}

/** A server before an upstream that answers with `site` and may be stored for ten minutes. */
async function siteBehind(site: (target: string, asked: number) => Reply, cache: boolean | ProxyCacheConfig = true, dynamic: object = {}): Promise<Setup> {
  const upstream: RawUpstream = await RawUpstream.start(({ socket, head: asked }) => {
    const { body, fields = '' } = site(asked.split(' ')[1] ?? '', upstream.requests.length);
    const validated = fields.includes('ETag') && asked.includes('If-None-Match: "v"');
    const lines = `Content-Type: text/plain\r\nCache-Control: max-age=600\r\n${fields}`;
    socket.write(validated ? `HTTP/1.1 304 Same\r\n${lines}\r\n` : `HTTP/1.1 200 Any\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1');
  });
  const server = await started({
    cache: { status: true },
    compress: { dynamic: { codings: ['gzip', 'br'], ...dynamic } },
    proxy: [{ prefix: '/', upstream: upstream.url, cache }],
  });
  const fetch = (target: string, ...lines: string[]) => ask(server.url, get(target, ...lines));
  const coded = async (target: string, ...lines: string[]) => {
    const end = performance.now() + PATIENCE_MS;
    while (performance.now() < end) {
      const before = server.stats().cacheCoded;
      const answer = await fetch(target, ...lines);
      if (server.stats().cacheCoded > before) return answer;
    }
    throw new Error('no form was made');
  };
  return { server, upstream, fetch, coded };
}

const tagged = (body: string) => () => ({ body, fields: 'ETag: "v"\r\n' });

describe('a stored answer', () => {
  it('is compressed once, and given in that form to everybody who takes it', async () => {
    const { server, upstream, coded } = await siteBehind(tagged(LARGE));
    for (let i = 0; i < 3; ++i) {
      const answer = await coded('/a', GZIP);
      expect(answer.field('content-encoding')).toBe('gzip');
      expect(answer.field('content-length')).toBe(String(answer.body.length));
      expect(answer.field('etag')).toBe('W/"v"');
      expect(answer.field('vary')).toBe('Accept-Encoding');
      expect(answer.field('cache-status')).toContain('hit');
      expect(String(gunzipSync(answer.body))).toBe(LARGE);
    }
    expect(server.stats().cacheForms).toBe(1);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is as it came for who takes no coding, and says that others get another form', async () => {
    const { fetch, coded } = await siteBehind(tagged(LARGE));
    await coded('/a', GZIP);
    const answer = await fetch('/a');
    expect(answer.field('content-encoding')).toBeUndefined();
    expect([answer.text, answer.field('etag'), answer.field('vary')]).toEqual([LARGE, '"v"', 'Accept-Encoding']);
  });

  it('follows the weights of the client, with a form for each coding', async () => {
    const { server, coded, fetch } = await siteBehind(tagged(SMALL));
    expect(String(brotliDecompressSync((await coded('/a', 'Accept-Encoding: gzip;q=0.5, br;q=0.9, zstd')).body))).toBe(SMALL);
    expect(String(gunzipSync((await coded('/a', 'Accept-Encoding: gzip;q=1, br;q=0')).body))).toBe(SMALL);
    expect((await fetch('/a', 'Accept-Encoding: gzip;q=0.2, identity')).text).toBe(SMALL);
    expect(server.stats().cacheForms).toBe(2);
  });

  it('of a view has its form, too', async () => {
    const page = cachePage(60, () => text(SMALL));
    const server = await started({ app: defineApp({ urls: [path('', page)] }), compress: { dynamic: { codings: ['gzip'] } } });
    let answer: Answer;
    do answer = await ask(server.url, get('/', GZIP));
    while (server.stats().cacheCoded === 0);
    expect(String(gunzipSync(answer.body))).toBe(SMALL);
  });

  it('that is small is coded for the first clients while its form is made; one that is large is as it came', async () => {
    const { fetch } = await siteBehind((target) => ({ body: target === '/small' ? SMALL : LARGE }));
    for (const target of ['/small', '/large']) await fetch(target);
    expect((await fetch('/small', GZIP)).field('content-encoding')).toBe('gzip');
    expect((await fetch('/large', GZIP)).field('content-encoding')).toBeUndefined();
  });

  it('to HEAD has the fields of its form, with the length of that', async () => {
    const { server, coded } = await siteBehind(tagged(LARGE));
    const answer = await coded('/a', GZIP);
    const same = await ask(server.url, head('HEAD', '/a', GZIP), 'HEAD');
    expect(same.field('content-length')).toBe(String(answer.body.length));
    expect(same.field('content-encoding')).toBe('gzip');
  });

  it('is asked about by either tag', async () => {
    const { fetch, coded } = await siteBehind(tagged(LARGE));
    await coded('/a', GZIP);
    const weak = await fetch('/a', GZIP, 'If-None-Match: W/"v"');
    expect([weak.status, weak.field('etag'), weak.field('vary')]).toEqual([304, 'W/"v"', 'Accept-Encoding']);
    const strong = await fetch('/a', 'If-None-Match: "v"');
    expect([strong.status, strong.field('etag')]).toEqual([304, '"v"']);
  });

  it('gives ranges of what came, under its strong tag, and the whole form to who has a weak one', async () => {
    const { fetch, coded } = await siteBehind(tagged(LARGE));
    await coded('/a', GZIP);
    const part = await fetch('/a', GZIP, 'Range: bytes=100-299');
    expect([part.status, part.text, part.field('etag'), part.field('content-encoding')]).toEqual([206, LARGE.slice(100, 300), '"v"', undefined]);
    expect(part.field('vary')).toBe('Accept-Encoding');
    const whole = await fetch('/a', GZIP, 'Range: bytes=100-299', 'If-Range: W/"v"');
    expect([whole.status, whole.field('content-encoding')]).toEqual([200, 'gzip']);
    expect(String(gunzipSync(whole.body))).toBe(LARGE);
  });

  it.each([
    ['no-transform', { body: SMALL, fields: 'Cache-Control: no-transform\r\n' }, []],
    ['a coding of its own', { body: SMALL, fields: 'Content-Encoding: x-own\r\n' }, []],
    ['a digest', { body: SMALL, fields: 'Repr-Digest: sha-256=:AA==:\r\n' }, []],
    ['too little content', { body: 'small' }, []],
    ['a client that shows credentials', { body: SMALL }, ['Cookie: session=1']],
  ])('with %s is left alone', async (_name, reply, lines) => {
    const { server, fetch } = await siteBehind(() => reply);
    for (let i = 0; i < 3; ++i) expect((await fetch('/a', GZIP, ...lines)).text).toBe(reply.body);
    expect(server.stats().cacheHits).toBe(2);
    expect(server.stats().cacheForms).toBe(0);
  });

  it('that sets a cookie is left alone, where such are kept', async () => {
    const { server, fetch } = await siteBehind(() => ({ body: SMALL, fields: 'Set-Cookie: a=b\r\n' }), { storeCookies: true });
    for (let i = 0; i < 3; ++i) expect((await fetch('/a', GZIP)).text).toBe(SMALL);
    expect(server.stats()).toMatchObject({ cacheHits: 2, cacheForms: 0 });
  });

  it('that no coding makes smaller is as it came, once that is known', async () => {
    const { server, fetch } = await siteBehind(() => ({ body: NOISE }), true, { codings: ['gzip'], minBytes: 1 });
    let answer: Answer;
    do answer = await fetch('/a', GZIP);
    while (answer.field('content-encoding') !== undefined);
    expect(answer.body.toString('latin1')).toBe(NOISE);
    expect(server.stats().cacheForms).toBe(0);
  });

  it('is forgotten with its forms, whose memory counts', async () => {
    const { server, upstream, coded, fetch } = await siteBehind((_target, asked) => ({ body: `${asked} ${LARGE}` }));
    await fetch('/a');
    const plain = server.stats().cacheBytes;
    await coded('/a', GZIP);
    expect(server.stats().cacheBytes).toBeGreaterThan(plain);
    server.cache.purge({ prefix: '/' });
    const anew = await coded('/a', GZIP);
    expect(String(gunzipSync(anew.body))).toBe(`2 ${LARGE}`);
    expect(upstream.requests).toHaveLength(2);
    expect(server.stats().cacheForms).toBe(2);
  });

  it('keeps its forms when it is validated', async () => {
    const { server, upstream, coded, fetch } = await siteBehind(tagged(LARGE));
    await coded('/a', GZIP);
    const validated = await fetch('/a', GZIP, 'Cache-Control: no-cache');
    expect(String(gunzipSync(validated.body))).toBe(LARGE);
    expect(upstream.requests).toHaveLength(2);
    expect(server.stats().cacheForms).toBe(1);
  });
});

describe('a large stored answer', () => {
  it('is whole behind and before others of its connection, and in parts', async () => {
    const { server, fetch } = await siteBehind((target) => ({ body: target === '/large' ? LARGE : 'small' }));
    await fetch('/large');
    const client = await connected(server);
    client.send(get('/large') + get('/small') + get('/large', 'Range: bytes=-50000') + get('/large'));
    expect((await client.answer()).text).toBe(LARGE);
    expect((await client.answer()).text).toBe('small');
    expect((await client.answer()).text).toBe(LARGE.slice(-50_000));
    expect((await client.answer()).text).toBe(LARGE);
  });

  it('reaches a client whole that reads it after it was purged', async () => {
    const { server, fetch } = await siteBehind((_target, asked) => ({ body: `${asked}${LARGE}` }));
    await fetch('/a');
    const client = await connected(server, { highWaterMark: 1024 });
    client.socket.pause();
    client.send(get('/a').repeat(4));
    await expect.poll(() => server.stats().cacheHits, { timeout: 10_000 }).toBe(4);
    server.cache.purge({ prefix: '/' });
    for (let i = 0; i < 20; ++i) await fetch(`/other/${i}`);
    client.socket.resume();
    for (let i = 0; i < 4; ++i) expect((await client.answer()).text).toBe(`1${LARGE}`);
  });

  it.skipIf(!hasOpenssl)('goes over TLS from where it lies', async () => {
    const page = cachePage(60, () => text(LARGE));
    const server = await started({ app: defineApp({ urls: [path('', page)] }), listen: { port: 0, tls: await certificate(await directoryWith(), 'localhost') } });
    const client = await secured(server);
    client.send(get('/'));
    expect((await client.answer()).text).toBe(LARGE);
    client.send(get('/') + get('/', 'Range: bytes=20000-59999'));
    expect((await client.answer()).text).toBe(LARGE);
    expect((await client.answer()).text).toBe(LARGE.slice(20_000, 60_000));
    expect(server.stats().cacheHits).toBe(2);
  });
});
