/** What views answer, compressed on its way to the client (compress.dynamic). */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, gateway, type RawApplication, serve } from '../../dist/index.js';
import { Answer, ask, get, head } from '../support/client.ts';
import { connected, inline, signal } from '../support/servers.ts';

const PAGE = 'a page that says the same again and again, ';
const HTML = PAGE.repeat(100);
const LARGE = Array.from({ length: 30_000 }, (_, line) => `line ${line} of ${line * 7919} in a large answer\n`).join('');

/** Path to an answer: fields and content. */
const ANSWERS: Record<string, [number, string[], string]> = {
  '/html': [200, ['content-type', 'text/html; charset=utf-8', 'etag', '"abc"'], HTML],
  '/large': [200, ['content-type', 'text/plain'], LARGE],
  '/small': [200, ['content-type', 'text/plain'], 'small'],
  '/png': [200, ['content-type', 'image/png'], HTML],
  '/fixed': [200, ['content-type', 'text/plain', 'cache-control', 'public, no-transform'], HTML],
  '/coded': [200, ['content-type', 'text/plain', 'content-encoding', 'x-own'], HTML],
  '/digest': [200, ['content-type', 'text/plain', 'repr-digest', 'sha-256=:AA==:'], HTML],
  '/cookie': [200, ['content-type', 'text/plain', 'set-cookie', 'a=b'], HTML],
  '/part': [206, ['content-type', 'text/plain', 'content-range', `bytes 0-${HTML.length - 1}/99999`], HTML],
  '/varies': [200, ['content-type', 'text/plain', 'vary', 'Cookie, accept-encoding'], HTML],
  '/unchanged': [304, ['etag', '"abc"'], ''],
  '/error': [500, ['content-type', 'text/html'], HTML],
};

const application: RawApplication = (request, respond) => {
  const [status, fields, content] = ANSWERS[request.path] ?? [404, [], ''];
  respond(status, fields, content);
};

const GZIP = 'Accept-Encoding: gzip';

function vary(answer: Answer): string[] {
  return answer.fields.filter(([name]) => name.toLowerCase() === 'vary').map(([, value]) => value);
}

describe('an answer of a view', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({ app: gateway(application), compress: { dynamic: { codings: ['gzip', 'br'] } } });
  });
  afterAll(() => server.close({ grace: 0 }));

  const fetchCoded = (path: string, ...lines: string[]) => ask(server.url, get(path, ...lines));

  it('is coded for a client that asks, with a weak tag, Vary and its length', async () => {
    const answer = await fetchCoded('/html', GZIP);
    expect(answer.field('content-encoding')).toBe('gzip');
    expect(answer.field('etag')).toBe('W/"abc"');
    expect(answer.field('content-length')).toBe(String(answer.body.length));
    expect(vary(answer)).toEqual(['Accept-Encoding']);
    expect(String(gunzipSync(answer.body))).toBe(HTML);
  });

  it('is as it was for a client that does not ask, and says that others may get another form', async () => {
    const answer = await fetchCoded('/html');
    expect(answer.text).toBe(HTML);
    expect(answer.field('etag')).toBe('"abc"');
    expect(vary(answer)).toEqual(['Accept-Encoding']);
  });

  it('follows the weights of the client', async () => {
    const answer = await fetchCoded('/html', 'Accept-Encoding: gzip;q=0.5, br;q=0.9, zstd;q=1');
    expect(answer.field('content-encoding')).toBe('br');
    expect(String(brotliDecompressSync(answer.body))).toBe(HTML);
    expect((await fetchCoded('/html', 'Accept-Encoding: gzip;q=0')).field('content-encoding')).toBeUndefined();
  });

  it('of many pieces is whole, behind and before others of its connection', async () => {
    const client = await connected(server);
    client.send(get('/html', GZIP) + get('/large', GZIP) + get('/large') + get('/large', GZIP) + get('/small', GZIP));
    expect(String(gunzipSync((await client.answer()).body))).toBe(HTML);
    const large = await client.answer();
    expect(large.field('transfer-encoding')).toBe('chunked');
    expect(String(gunzipSync(large.body))).toBe(LARGE);
    expect((await client.answer()).text).toBe(LARGE);
    expect(String(gunzipSync((await client.answer()).body))).toBe(LARGE);
    expect((await client.answer()).text).toBe('small');
  });

  it('that is large ends with the connection for a client of HTTP/1.0', async () => {
    const client = await connected(server);
    client.send(`GET /large HTTP/1.0\r\nHost: a\r\n${GZIP}\r\n\r\n`);
    const answer = await client.answer();
    expect(answer.field('transfer-encoding')).toBeUndefined();
    expect(String(gunzipSync(answer.body))).toBe(LARGE);
  });

  it.each(['/small', '/png', '/fixed', '/coded', '/digest', '/part'])('at %s is left alone', async (path) => {
    const answer = await fetchCoded(path, GZIP);
    expect(answer.text).toBe(ANSWERS[path]?.[2]);
    expect(answer.field('content-encoding')).toBe(path === '/coded' ? 'x-own' : undefined);
    expect(vary(answer)).toEqual([]);
  });

  it('that may carry a secret is left alone', async () => {
    for (const answer of [
      await fetchCoded('/cookie', GZIP),
      await fetchCoded('/html', GZIP, 'Cookie: session=1'),
      await fetchCoded('/html', GZIP, 'Authorization: Bearer x'),
    ]) {
      expect(answer.text).toBe(HTML);
      expect(vary(answer)).toEqual(['Accept-Encoding']);
    }
  });

  it('keeps a Vary that says it already', async () => {
    const answer = await fetchCoded('/varies', GZIP);
    expect(answer.field('content-encoding')).toBe('gzip');
    expect(vary(answer)).toEqual(['Cookie, accept-encoding']);
  });

  it('to HEAD has the fields of the answer to GET, without a length', async () => {
    const answer = await ask(server.url, head('HEAD', '/html', GZIP), 'HEAD');
    expect(answer.field('content-encoding')).toBe('gzip');
    expect(answer.field('etag')).toBe('W/"abc"');
    expect(answer.field('content-length')).toBeUndefined();
  });

  it('that is 304 names the tag that the client has', async () => {
    expect((await fetchCoded('/unchanged', GZIP, 'If-None-Match: W/"abc"')).field('etag')).toBe('W/"abc"');
    expect((await fetchCoded('/unchanged', 'If-None-Match: "abc"')).field('etag')).toBe('"abc"');
  });

  it('is coded whatever its status says of success', async () => {
    expect(String(gunzipSync((await fetchCoded('/error', GZIP)).body))).toBe(HTML);
  });
});

describe('compress.dynamic', () => {
  it('off leaves all answers alone', async () => {
    const server = await inline(application);
    const answer = await ask(server.url, get('/html', GZIP));
    expect(answer.text).toBe(HTML);
    expect(vary(answer)).toEqual([]);
  });

  it('with secrets codes answers with cookies, too', async () => {
    const server = await inline(application, { compress: { dynamic: { secrets: true } } });
    const answer = await ask(server.url, get('/cookie', GZIP, 'Cookie: a=b'));
    expect(String(gunzipSync(answer.body))).toBe(HTML);
  });

  it('flushes each piece of a stream', async () => {
    const go = signal();
    const stream: RawApplication = (_request, respond) => {
      respond(200, ['content-type', 'text/plain'], (async function* () {
        yield 'first';
        await go.promise;
        yield 'second';
      })());
    };
    const server = await inline(stream, { compress: { dynamic: true } });
    const response = await fetch(server.url, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const reader = response.body!.getReader();
    const text = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await text()).toBe('first');
    go.resolve();
    expect(await text()).toBe('second');
    expect((await reader.read()).done).toBe(true);
  });

  it('leaves streams of events alone', async () => {
    const server = await inline((_request, respond) => respond(200, ['content-type', 'text/event-stream'], `data: ${HTML}\n\n`), {
      compress: { dynamic: true },
    });
    expect((await ask(server.url, get('/', GZIP))).field('content-encoding')).toBeUndefined();
  });
});
