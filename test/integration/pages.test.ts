/** Gathered pages on the wire: assembled into the ring and beside it, entity-tags, refusals. */
import { describe, expect, it } from 'vitest';
import { defineHead, type FastServer } from '../../dist/index.js';
import { GatheredPage, type GatewayRequest } from '../../dist/gateway/contract.js';
import { definePageTable, pageToken } from '../../dist/gateway/answers/page-body.js';
import { ESC_BYTE, FIRST_LITERAL } from '../../dist/gateway/answers/page-payload.js';
import { ask, get, head } from '../support/client.ts';
import { connected, inline, takeErrors } from '../support/servers.ts';

const FILLER = 'literal '.repeat(200);
const table = definePageTable([{ bytes: '<p>', mode: 0 }, { bytes: '</p>\n', mode: 0 }, { bytes: FILLER, mode: 1 }], 1, 'secret');
const [OPEN, CLOSE, FILL] = [0, 1, 2].map((index) => pageToken(FIRST_LITERAL + index, 1)) as [string, string, string];
const HTML = defineHead(['content-type', 'text/html; charset=utf-8']);

function row(value: string): GatheredPage {
  return new GatheredPage(table, OPEN + value + CLOSE, 2);
}

function tagged(value: string): GatheredPage {
  return new GatheredPage(table, OPEN + value + CLOSE, 2, null, true);
}

function answering(make: (request: GatewayRequest) => GatheredPage, fields: string[] = []): Promise<FastServer> {
  return inline((request, respond) => respond(200, fields.length === 0 ? HTML : fields, make(request)));
}

describe('a gathered page', () => {
  it('is sent escaped, with its length', async () => {
    const server = await answering(() => row('a < b & "ü"'));
    const answer = await ask(server.url, get('/'));
    expect(answer.text).toBe('<p>a &lt; b &amp; &quot;ü&quot;</p>\n');
    expect(answer.field('content-length')).toBe(String(answer.body.length));
    expect([answer.field('content-type'), answer.field('etag')]).toEqual(['text/html; charset=utf-8', undefined]);
  });

  it.each([
    ['that just fits the ring', 'x'.repeat(16_000), 'x'.repeat(16_000)],
    ['whose entities make it larger than the ring record', '<'.repeat(8000), '&lt;'.repeat(8000)],
    ['of 100 KiB', 'xy<z'.repeat(25_600), 'xy&lt;z'.repeat(25_600)],
    ['of six times its values', '"'.repeat(200_000), '&quot;'.repeat(200_000)],
    ['of two-byte text', '世界&'.repeat(40_000), '世界&amp;'.repeat(40_000)],
  ])('%s is whole', async (_what, value, escaped) => {
    const server = await answering(() => row(value));
    const client = await connected(server);
    client.send(get('/') + get('/'));
    for (let i = 0; i < 2; i++) expect((await client.answer()).text === `<p>${escaped}</p>\n`).toBe(true);
  });

  it('whose literals are more than estimated is whole', async () => {
    const count = 400;
    const server = await answering(() => new GatheredPage(table, FILL.repeat(count), count));
    expect((await ask(server.url, get('/'))).text === FILLER.repeat(count)).toBe(true);
  });

  it('keeps its place among many pipelined ones of all sizes', async () => {
    const sizes = Array.from({ length: 60 }, (_, i) => (i * 977) % 40_000);
    const server = await answering((request) => row('<'.repeat(Number(request.path.slice(1)))));
    const client = await connected(server);
    client.send(sizes.map((size) => get(`/${size}`)).join(''));
    for (const size of sizes) expect((await client.answer()).text === `<p>${'&lt;'.repeat(size)}</p>\n`).toBe(true);
  });

  it('to HEAD has its length and no content', async () => {
    const server = await answering(() => row('<<'));
    const client = await connected(server);
    client.send(head('HEAD', '/') + get('/'));
    expect((await client.answer('HEAD')).field('content-length')).toBe('16');
    expect((await client.answer()).text).toBe('<p>&lt;&lt;</p>\n');
  });

  it('may be a piece of a stream', async () => {
    const server = await inline((_request, respond) => {
      respond(200, HTML, (async function* () {
        yield '<html>';
        for (const value of ['<', '>']) yield row(value);
      })());
    });
    expect((await ask(server.url, get('/'))).text).toBe('<html><p>&lt;</p>\n<p>&gt;</p>\n');
  });
});

describe('a page that is refused', () => {
  const refused = `${OPEN}a\x1bb${CLOSE}`;

  it('is rendered strictly, and the client sees one answer', async () => {
    const strict = () => new GatheredPage(table, `${OPEN}a${pageToken(ESC_BYTE, 1)}b${CLOSE}`, 3);
    const server = await answering(() => new GatheredPage(table, refused, 2, strict));
    const client = await connected(server);
    client.send(get('/') + get('/'));
    for (let i = 0; i < 2; i++) expect((await client.answer()).text).toBe('<p>a\x1bb</p>\n');
    expect(client.unread).toHaveLength(0);
  });

  it.each([
    ['small', refused, 2],
    ['beyond the ring record', OPEN + '<'.repeat(50_000) + refused, 3],
    ['with a forged token', OPEN + OPEN + '<script>' + CLOSE, 2],
  ])('and %s leaves nothing of itself on the wire: 500, and the connection goes on', async (_what, payload, tokens) => {
    const errors = takeErrors();
    const server = await answering((request) => (request.path === '/' ? new GatheredPage(table, payload, tokens) : row('fine')));
    const client = await connected(server);
    client.send(get('/') + get('/fine') + get('/'));
    expect((await client.answer()).text).toBe('Internal Server Error\n');
    expect((await client.answer()).text).toBe('<p>fine</p>\n');
    expect((await client.answer()).status).toBe(500);
    expect(client.unread).toHaveLength(0);
    expect(errors()).toContain('PageRefusedError: the rendered page does not hold as many tokens');
  });
});

describe('the entity-tag of a page', () => {
  it('is weak, and 304 goes to a client that has the page', async () => {
    const server = await answering((request) => tagged(request.path), ['content-type', 'text/html', 'vary', 'cookie', 'Set-Cookie', 'a=b']);
    const first = await ask(server.url, get('/1'));
    const etag = first.field('etag') as string;
    expect([first.status, first.text, etag]).toEqual([200, '<p>/1</p>\n', expect.stringMatching(/^W\/"[0-9a-f]{16}"$/)]);
    for (const value of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
      const client = await connected(server);
      client.send(get('/1', `If-None-Match: ${value}`) + get('/2', `If-None-Match: ${etag}`));
      const answer = await client.answer();
      expect([answer.status, answer.text, answer.field('etag'), answer.field('vary'), answer.field('set-cookie')]).toEqual([304, '', etag, 'cookie', 'a=b']);
      expect([answer.field('content-type'), answer.field('content-length')]).toEqual([undefined, undefined]);
      expect((await client.answer()).status).toBe(200);
    }
  });

  it.each<[string, string]>([
    ['another tag', '"x"'],
    ['an unfinished tag', 'W/"'],
    ['something else', 'x'],
    ['tags without comma', '"a" "b"'],
    ['more than 2 KiB', `"${'a'.repeat(3000)}"`],
  ])('is not found in an If-None-Match of %s', async (_what, value) => {
    const server = await answering(() => tagged('a'));
    expect((await ask(server.url, get('/', `If-None-Match: ${value}`))).status).toBe(200);
  });

  it('is the same in every process that has the secret', async () => {
    const server = await answering(() => tagged('a'));
    expect((await ask(server.url, get('/'))).field('etag')).toBe('W/"dd1507717a138f4b"');
  });

  it('of the application goes before', async () => {
    const server = await answering(() => tagged('a'), ['ETag', '"own"']);
    const answer = await ask(server.url, get('/', 'If-None-Match: *'));
    expect([answer.status, answer.field('etag')]).toEqual([200, '"own"']);
  });

  it('is left out for other methods and statuses', async () => {
    const server = await inline((request, respond) => respond(request.path === '/missing' ? 404 : 200, HTML, tagged('a')));
    expect((await ask(server.url, get('/missing', 'If-None-Match: *'))).status).toBe(404);
    const posted = await ask(server.url, head('POST', '/', 'If-None-Match: *', 'Content-Length: 0'));
    expect([posted.status, posted.field('etag')]).toEqual([200, undefined]);
  });
});
