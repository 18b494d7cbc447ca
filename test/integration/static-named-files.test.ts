/** Answers whose content is a file that the application names: file() and X-Accel-Redirect. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { defineApp, type FastServer, file, type FileOptions, gateway, path as route, type RawApplication, Response } from '../../dist/index.js';
import { ask, get, head, post } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';

const LARGE = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 11 + (i >> 8)) & 0xff));

async function directory(): Promise<string> {
  return directoryWith({ 'report.pdf': 'the report', 'large.bin': LARGE, 'a b%.txt': 'odd name', '.hidden': 'hidden', 'index.html': 'index' });
}

/** A server whose application names `target` for every request. */
async function naming(target: string, fields: string[] = []): Promise<FastServer> {
  return raw((_request, respond) => respond(200, ['X-Accel-Redirect', target, ...fields], 'not this'));
}

async function raw(application: RawApplication, root?: string): Promise<FastServer> {
  return started({ app: gateway(application), static: [{ prefix: '/private/', root: root ?? (await directory()), internal: true }] });
}

async function viewing(...given: [string, FileOptions?]): Promise<FastServer> {
  const app = defineApp({ urls: [route('', () => file(...given))] });
  return started({ app, static: [{ prefix: '/private/', root: await directory(), internal: true }] });
}

describe('an internal directory', () => {
  it('has no URL', async () => {
    const server = await started({ app: gateway((_request, respond) => respond(404, [], 'the application')), static: [{ prefix: '/private/', root: await directory(), internal: true }] });
    for (const target of ['/private/report.pdf', '/private/', '/private', '/x/../private/report.pdf', '/private/%72eport.pdf']) {
      const answer = await ask(server.url, get(target));
      expect([answer.status, answer.text]).toEqual([404, 'the application']);
    }
  });
});

describe('a file that the application names', () => {
  it('is sent instead of its content, with its type and validators', async () => {
    const answer = await ask((await naming('/private/report.pdf')).url, get('/'));
    expect([answer.status, answer.text, answer.field('content-type')]).toEqual([200, 'the report', 'application/pdf']);
    expect(answer.field('etag')).toMatch(/^"[0-9a-f]{16}"$/);
    expect(answer.field('x-accel-redirect')).toBeUndefined();
  });

  it('of megabytes is whole, for many clients', async () => {
    const server = await naming('/private/large.bin');
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(server.url, get('/'))));
    expect(answers.every(({ body }) => body.equals(LARGE))).toBe(true);
  });

  it('obeys the ranges and conditions of the request', async () => {
    const server = await naming('/private/large.bin');
    const range = await ask(server.url, get('/', 'Range: bytes=-5'));
    expect([range.status, range.body.equals(LARGE.subarray(-5))]).toEqual([206, true]);
    expect((await ask(server.url, get('/', 'Range: bytes=0-1,9-12'))).field('content-type')).toMatch(/^multipart\/byteranges/);
    const etag = range.field('etag');
    expect((await ask(server.url, get('/', `If-None-Match: ${etag}`))).status).toBe(304);
    expect((await ask(server.url, get('/', 'If-Match: "x"'))).status).toBe(412);
    expect((await ask(server.url, get('/', 'Range: bytes=9999999-'))).status).toBe(416);
    const described = await ask(server.url, head('HEAD', '/'), 'HEAD');
    expect([described.status, described.field('content-length')]).toEqual([200, String(LARGE.length)]);
  });

  it('keeps the fields of the application but for those of its own content', async () => {
    const server = await naming('/private/report.pdf', [
      'content-type', 'text/x-mine', 'Content-Disposition', 'attachment', 'Set-Cookie', 'a=b', 'set-cookie', 'c=d', 'Cache-Control', 'private',
      'X-Frame-Options', 'DENY', 'ETag', '"app"', 'Last-Modified', 'Mon, 01 Jan 2024 00:00:00 GMT', 'Content-Encoding', 'gzip', 'X-Accel-Expires', '60',
    ]);
    const answer = await ask(server.url, get('/'));
    const value = (name: string) => answer.fields.filter(([given]) => given.toLowerCase() === name).map(([, text]) => text);
    expect(value('content-type')).toEqual(['text/x-mine']);
    expect(value('content-disposition')).toEqual(['attachment']);
    expect(value('set-cookie')).toEqual(['a=b', 'c=d']);
    expect(value('cache-control')).toEqual(['private']);
    expect(value('x-frame-options')).toEqual(['DENY']);
    expect(value('etag')).not.toContain('"app"');
    expect(value('last-modified')).not.toContain('Mon, 01 Jan 2024 00:00:00 GMT');
    expect(value('content-encoding')).toEqual([]);
    expect(value('x-accel-expires')).toEqual([]);
    expect(answer.text).toBe('the report');
  });

  it('answers a POST as well', async () => {
    const answer = await ask((await naming('/private/report.pdf')).url, post('/', 'content', 'If-None-Match: *'));
    expect([answer.status, answer.text]).toEqual([200, 'the report']);
  });

  it('may have any name, percent-encoded, and a query that counts for nothing', async () => {
    expect((await ask((await naming('/private/a%20b%25.txt?x=1')).url, get('/'))).text).toBe('odd name');
  });

  it.each([
    ['/private/nope', 404],
    ['/private/.hidden', 404],
    ['/private/../../etc/passwd', 500],
    ['/private/%2e%2e/%2e%2e/etc/passwd', 500],
    ['/elsewhere/x', 500],
    ['private/report.pdf', 500],
    ['/private/%zz', 500],
    ['/private', 500],
    [`/private/${'x'.repeat(5000)}`, 404],
  ])('as %s is no file: %i', async (target, status) => {
    const answer = await ask((await naming(target)).url, get('/'));
    expect([answer.status, answer.field('x-accel-redirect')]).toEqual([status, undefined]);
  });

  it('stays in order among pipelined requests', async () => {
    const server = await raw((request, respond) =>
      request.path === '/file' ? respond(200, ['x-accel-redirect', '/private/large.bin'], null) : respond(200, [], request.path),
    );
    const client = await connected(server);
    client.send(get('/one') + get('/file') + get('/two') + get('/file', 'Range: bytes=0-4') + get('/three'));
    const lengths: number[] = [];
    for (let i = 0; i < 5; ++i) lengths.push((await client.answer()).body.length);
    expect(lengths).toEqual([4, LARGE.length, 4, 5, 6]);
  });

  it('may also be named by an answer that is streamed', async () => {
    let aborted = false;
    const server = await raw(async (request, respond) => {
      request.signal.addEventListener('abort', () => (aborted = true));
      await respond(200, ['x-accel-redirect', '/private/report.pdf'], (async function* () {
        for (let i = 0; i < 1000; ++i) yield 'x'.repeat(1000);
      })());
    });
    const client = await connected(server);
    client.send(get('/') + get('/'));
    for (let i = 0; i < 2; ++i) {
      const answer = await client.answer();
      expect([answer.status, answer.text]).toEqual([200, 'the report']);
    }
    expect(aborted).toBe(true);
  });

  it('frees the application while a client reads slowly', async () => {
    const server = await naming('/private/large.bin');
    const slow = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const client of slow) {
      client.socket.pause();
      client.send(get('/'));
    }
    expect((await ask(server.url, get('/', 'Range: bytes=0-1'))).status).toBe(206);
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });

  it('comes from worker threads too', async () => {
    const root = await directory();
    await writeFile(join(root, 'app.mjs'), `export default { fetch: () => new Response(null, { headers: { 'x-accel-redirect': '/private/report.pdf' } }) };`);
    const server = await started({ app: join(root, 'app.mjs'), workers: 2, static: [{ prefix: '/private/', root, internal: true }] });
    expect((await ask(server.url, get('/'))).text).toBe('the report');
  });

  it('is not meant where no directory is internal', async () => {
    const app = gateway((_request, respond) => respond(200, ['x-accel-redirect', '/s/report.pdf'], 'mine'));
    const server = await started({ app, static: [{ prefix: '/s/', root: await directory() }] });
    expect((await ask(server.url, get('/'))).text).toBe('mine');
  });
});

describe('file()', () => {
  it('answers a view with a file', async () => {
    expect((await ask((await viewing('/private/report.pdf')).url, get('/'))).text).toBe('the report');
  });

  it('takes a name below a root, a type and a name for saving', async () => {
    const server = await viewing('a b%.txt', { root: '/private/', contentType: 'text/x-mine', download: 'größe "1".txt' });
    const answer = await ask(server.url, get('/'));
    expect([answer.text, answer.field('content-type')]).toEqual(['odd name', 'text/x-mine']);
    expect(answer.field('content-disposition')).toBe(`attachment; filename="gr__e _1_.txt"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.txt`);
  });

  it.each(['../report.pdf', 'a/../../x', '', 'a//b', './report.pdf', 'a\0'])('is 404 for the name %j below a root', async (name) => {
    expect((await ask((await viewing(name, { root: '/private/' })).url, get('/'))).status).toBe(404);
  });

  it.each([
    ['report.pdf', {}, 'expected a path that begins with "/"'],
    ['/a/../b', {}, 'an empty or dot segment'],
    ['a', { root: 'private' }, 'root must begin and end with "/"'],
  ])('refuses %j with %j', (name, options, message) => {
    expect(() => file(name, options)).toThrow(message);
  });

  it('is an answer whose fields middlewares may change', () => {
    const response = file('/private/report.pdf', { download: true, headers: { 'cache-control': 'private' } });
    expect(response).toBeInstanceOf(Response);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="report.pdf"');
    expect(response.headers.get('cache-control')).toBe('private');
  });
});
