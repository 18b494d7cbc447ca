/** The front's own errors: plain text, HTML or JSON as the client prefers, each with a request id that the log has too. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { type Answer, ask, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, started, takeErrors } from '../support/servers.ts';

const BROWSER = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PROGRAM = 'Accept: application/json, text/plain, */*';
const GENERATED = /^[0-9a-f]{16}$/;

/** Files only: every other path is the front's own 404. */
async function filesOnly(config: Config = {}) {
  return started({ static: [{ prefix: '/f/', root: await directoryWith({ 'a.txt': 'a file' }) }], ...config });
}

function shape(answer: Answer): unknown[] {
  return [answer.status, answer.field('content-type'), answer.field('vary')];
}

describe('a native error', () => {
  it('is plain text by default', async () => {
    const answer = await ask((await filesOnly()).url, get('/none'));
    expect(shape(answer)).toEqual([404, 'text/plain; charset=utf-8', 'Accept']);
    expect(answer.text).toBe('404 Not Found\n');
    expect(answer.field('x-request-id')).toMatch(GENERATED);
  });

  it('is a page for a browser', async () => {
    const answer = await ask((await filesOnly()).url, get('/none', BROWSER));
    expect(shape(answer)).toEqual([404, 'text/html; charset=utf-8', 'Accept']);
    expect(answer.text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(answer.text).toContain('<h1>404 Not Found</h1>');
    expect(answer.text).toContain(`<code>${answer.field('x-request-id')}</code>`);
    expect(answer.text).not.toMatch(/https?:|<script|<link|<img|fastserve/i);
  });

  it('is JSON for a program', async () => {
    const answer = await ask((await filesOnly()).url, get('/none', PROGRAM));
    expect(shape(answer)).toEqual([404, 'application/json', 'Accept']);
    expect(answer.json()).toEqual({ status: 404, error: 'Not Found', requestId: answer.field('x-request-id') });
  });

  it('to HEAD announces the length that GET has', async () => {
    const { url } = await filesOnly();
    const [whole, bare] = [await ask(url, get('/none', BROWSER)), await ask(url, head('HEAD', '/none', BROWSER), 'HEAD')];
    expect(shape(bare)).toEqual(shape(whole));
    expect(bare.field('content-length')).toBe(whole.field('content-length'));
  });

  it('keeps the fields of its status', async () => {
    const { url } = await filesOnly();
    const refused = await ask(url, head('DELETE', '/f/a.txt', PROGRAM));
    expect([refused.status, refused.field('allow'), refused.field('content-type')]).toEqual([405, 'GET, HEAD, OPTIONS', 'application/json']);
    const range = await ask(url, get('/f/a.txt', 'Range: bytes=100-', BROWSER));
    expect([range.status, range.field('content-range'), range.field('content-type')]).toEqual([416, 'bytes */6', 'text/html; charset=utf-8']);
  });

  it('to what is no request is plain text with an id', async () => {
    const answer = await ask((await filesOnly()).url, `BROKEN\r\n${PROGRAM}\r\n\r\n`);
    expect([answer.status, answer.field('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(answer.field('x-request-id')).toMatch(GENERATED);
  });

  it('is negotiated where the content is announced too large, and the log has the request', async () => {
    const path = join(await directoryWith(), 'access.log');
    const server = await filesOnly({ limits: { body: 10 }, log: { access: 'json', path } });
    const answer = await ask(server.url, head('POST', '/upload', 'Content-Length: 11', PROGRAM), 'POST');
    expect([answer.field('connection'), answer.json()]).toEqual(['close', { status: 413, error: 'Content Too Large', requestId: answer.field('x-request-id') }]);
    await expect.poll(() => readFile(path, 'utf8')).toContain('"/upload"');
  });

  it('is negotiated where the worker failed: 504 and 502', async () => {
    takeErrors();
    const silent = await inline(() => {}, { timeouts: { request: 150 } });
    const late = await ask(silent.url, get('/', PROGRAM));
    expect(late.json()).toEqual({ status: 504, error: 'Gateway Timeout', requestId: late.field('x-request-id') });
    const deadly = await started({ app: fixtureApp('deadly.mjs'), workers: 1 });
    const dead = await ask(deadly.url, get('/exit', BROWSER));
    expect(shape(dead)).toEqual([502, 'text/html; charset=utf-8', 'Accept']);
  });

  it('is negotiated for each pipelined request by itself', async () => {
    const client = await connected(await filesOnly());
    client.send(get('/1', BROWSER) + get('/2', PROGRAM) + get('/3'));
    const types = [];
    for (let i = 0; i < 3; i++) types.push((await client.answer()).field('content-type'));
    expect(types).toEqual(['text/html; charset=utf-8', 'application/json', 'text/plain; charset=utf-8']);
  });
});

describe('a page of the site', () => {
  /** Files and error pages of the same directory. */
  async function site(errorPages: Record<string, string | string[]>, files: Record<string, string>, config: Config = {}) {
    const directory = await directoryWith({ 'a.txt': 'a file', ...files });
    const placed = Object.entries(errorPages).map(([status, paths]) => [status, [paths].flat().map((path) => join(directory, path))]);
    return started({ static: [{ prefix: '/f/', root: directory }], errorPages: Object.fromEntries(placed) as Config['errorPages'], ...config });
  }

  it('stands in the place of the constant one, with status, reason and request id where it names them', async () => {
    const { url } = await site({ '4xx': '4xx.html' }, { '4xx.html': '<p>{{status}} {{reason}} {{request_id}} {{other}}' });
    const answer = await ask(url, get('/none', BROWSER));
    expect(shape(answer)).toEqual([404, 'text/html; charset=utf-8', 'Accept']);
    expect(answer.text).toBe(`<p>404 Not Found ${answer.field('x-request-id')} {{other}}`);
    expect(answer.field('content-security-policy')).toBeUndefined();
    expect((await ask(url, head('DELETE', '/f/a.txt', BROWSER))).text).toMatch(/^<p>405 Method Not Allowed/);
  });

  it('for one status goes before that of its class', async () => {
    const { url } = await site({ 404: '404.html', '4xx': '4xx.html' }, { '404.html': 'one', '4xx.html': 'class' });
    expect((await ask(url, get('/none', BROWSER))).text).toBe('one');
    expect((await ask(url, head('DELETE', '/f/a.txt', BROWSER))).text).toBe('class');
  });

  it('is given to those who want its form, and to those who take anything', async () => {
    const { url } = await site({ 404: ['404.html', '404.txt'] }, { '404.html': '<p>', '404.txt': 'text' });
    expect((await ask(url, get('/none'))).text).toBe('<p>');
    expect((await ask(url, get('/none', 'Accept: text/plain'))).text).toBe('text');
    expect((await ask(url, get('/none', PROGRAM))).json()).toMatchObject({ status: 404 });
  });

  it('answers what is no request, too', async () => {
    const { url } = await site({ 400: '400.html' }, { '400.html': '<p>' });
    const answer = await ask(url, 'BROKEN\r\n\r\n');
    expect([answer.status, answer.field('content-type'), answer.text]).toEqual([400, 'text/html; charset=utf-8', '<p>']);
  });

  it('answers where a worker or an upstream failed', async () => {
    takeErrors();
    const dead = await site({ '5xx': '5xx.html' }, { '5xx.html': '{{status}}' }, { app: fixtureApp('deadly.mjs'), workers: 1 });
    expect((await ask(dead.url, get('/exit', BROWSER))).text).toBe('502');
    const nobody = await site({ '5xx': '5xx.html' }, { '5xx.html': '{{status}}' }, { proxy: [{ prefix: '/up/', upstream: 'http://127.0.0.1:1' }] });
    expect((await ask(nobody.url, get('/up/', BROWSER))).text).toBe('502');
  });

  it('to HEAD announces the length that GET has', async () => {
    const { url } = await site({ 404: '404.html' }, { '404.html': 'x'.repeat(100_000) });
    const [whole, bare] = [await ask(url, get('/none', BROWSER)), await ask(url, head('HEAD', '/none', BROWSER), 'HEAD')];
    expect([whole.text.length, bare.field('content-length'), bare.text]).toEqual([100_000, '100000', '']);
  });

  it('changes with a reload of the configuration', async () => {
    const directory = await directoryWith({ '404.html': 'before' });
    const config = { static: [{ prefix: '/f/', root: directory }], errorPages: { 404: join(directory, '404.html') } };
    const server = await started(config);
    await writeFile(join(directory, '404.html'), 'after');
    expect((await ask(server.url, get('/none'))).text).toBe('before');
    await server.reload(config);
    expect((await ask(server.url, get('/none'))).text).toBe('after');
  });

  it('is none of what the application answers', async () => {
    const directory = await directoryWith({ '404.html': 'page' });
    const server = await inline((_request, respond) => respond(404, [], 'its own'), { errorPages: { 404: join(directory, '404.html') } });
    expect((await ask(server.url, get('/none'))).text).toBe('its own');
  });
});

describe('redirects and answers below 400', () => {
  it('have neither id nor Vary', async () => {
    const answer = await ask((await filesOnly()).url, get('/f', BROWSER));
    expect(shape(answer)).toEqual([301, undefined, undefined]);
    expect(answer.field('x-request-id')).toBeUndefined();
  });
});

describe('the request id', () => {
  it('differs from error to error', async () => {
    const client = await connected(await filesOnly());
    const ids = new Set<string | undefined>();
    for (let i = 0; i < 50; i++) {
      client.send(get('/none'));
      ids.add((await client.answer()).field('x-request-id'));
    }
    expect(ids.size).toBe(50);
  });

  it('of a trusted proxy is kept', async () => {
    const { url } = await filesOnly({ trustProxy: ['127.0.0.1'] });
    const answer = await ask(url, get('/none', 'X-Request-Id: Root=1-67891233-abcdef', PROGRAM));
    expect(answer.field('x-request-id')).toBe('Root=1-67891233-abcdef');
    expect(answer.json<{ requestId: string }>().requestId).toBe('Root=1-67891233-abcdef');
  });

  it('of a trusted proxy is kept until a late 504', async () => {
    const server = await inline(() => {}, { timeouts: { request: 150 }, trustProxy: ['127.0.0.1'] });
    expect((await ask(server.url, get('/', 'X-Request-Id: abc'))).field('x-request-id')).toBe('abc');
  });

  it.each([
    ['of anybody else', [], 'X-Request-Id: abc'],
    ['with markup', ['127.0.0.1'], 'X-Request-Id: <b>'],
    ['with a quotation mark', ['127.0.0.1'], 'X-Request-Id: a"b'],
    ['too long', ['127.0.0.1'], `X-Request-Id: ${'a'.repeat(129)}`],
    ['empty', ['127.0.0.1'], 'X-Request-Id: '],
  ])('%s is replaced', async (_name, trustProxy, line) => {
    expect((await ask((await filesOnly({ trustProxy })).url, get('/none', line))).field('x-request-id')).toMatch(GENERATED);
  });

  it('is in the access log', async () => {
    const path = join(await directoryWith(), 'access.log');
    const server = await filesOnly({ log: { access: 'json', path } });
    const id = (await ask(server.url, get('/none'))).field('x-request-id');
    await ask(server.url, get('/f/a.txt'));
    await expect.poll(async () => (await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
    const ids = (await readFile(path, 'utf8')).trim().split('\n').map((line) => (JSON.parse(line) as { request_id: string | null }).request_id);
    expect(ids).toEqual([id, null]);
  });
});
