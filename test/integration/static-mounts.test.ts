/** What mounts add to their files: listings, pages for misses, cache rules, extra fields. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineApp, type FastServer, gateway, path as route, text } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';

const NAVIGATION = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

async function serving(files: Record<string, string>, mount: object): Promise<FastServer> {
  return started({ static: [{ prefix: '/s/', root: await directoryWith(files), ...mount }] });
}

describe('a listing', () => {
  it('is a page for browsers and JSON for programs', async () => {
    const server = await serving({ 'b.txt': '12345', 'a.txt': '' }, { listing: true });
    const page = await ask(server.url, get('/s/', NAVIGATION));
    expect([page.status, page.field('content-type'), page.field('vary')]).toEqual([200, 'text/html; charset=utf-8', 'Accept']);
    expect(page.text.indexOf('a.txt')).toBeLessThan(page.text.indexOf('b.txt'));
    const json = (await ask(server.url, get('/s/', 'Accept: application/json'))).json<{ entries: { name: string; size: number }[] }>();
    expect(json.entries.map(({ name, size }) => [name, size])).toEqual([['a.txt', 0], ['b.txt', 5]]);
  });

  it('has links that lead to the files, whatever their names', async () => {
    const names = ['a b&c.txt', '100%.txt', '#?;.txt', '"quotes\'.txt', 'javascript:alert(1)', '<b>.txt', 'ümläut.txt', 'back\\slash', 'new\nline'];
    const server = await serving(Object.fromEntries(names.map((name) => [name, name])), { listing: true });
    const listed = (await ask(server.url, get('/s/', 'Accept: application/json'))).json<{ entries: { name: string; href: string }[] }>();
    expect(listed.entries.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { name, href } of listed.entries) {
      const { pathname } = new URL(href, `${server.url}/s/`);
      expect((await ask(server.url, get(pathname))).text).toBe(name);
    }
  });

  it('leaves out what would not be served', async () => {
    const root = await directoryWith({ 'a.txt': 'x', '.hidden': 'x' });
    await symlink('/etc/passwd', join(root, 'outside'));
    const server = await started({ static: [{ prefix: '/s/', root, listing: true }] });
    const listed = (await ask(server.url, get('/s/', 'Accept: application/json'))).json<{ entries: { name: string }[] }>();
    expect(listed.entries.map(({ name }) => name)).toEqual(['a.txt']);
  });

  it('of a thousand entries reaches several clients whole', async () => {
    const files = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`file-${i}.txt`, '']));
    const server = await serving(files, { listing: true });
    const pages = await Promise.all(Array.from({ length: 5 }, () => ask(server.url, get('/s/'))));
    for (const { text: page } of pages) expect(page.match(/<tr/g)).toHaveLength(1001);
  });

  it('is off unless asked for', async () => {
    expect((await ask((await serving({ 'a.txt': 'x' }, {})).url, get('/s/'))).status).toBe(404);
  });
});

describe('a fallback page', () => {
  const files = { 'index.html': '<app>', 'a.js': 'x()' };

  it('answers navigations to what is no file', async () => {
    const server = await serving(files, { fallback: 'index.html' });
    for (const target of ['/s/users/7', '/s/deep/er', '/s/a.js/']) {
      const answer = await ask(server.url, get(target, NAVIGATION));
      expect([answer.status, answer.text, answer.field('vary')]).toEqual([200, '<app>', 'Accept']);
    }
  });

  it('leaves other misses 404', async () => {
    const server = await serving(files, { fallback: 'index.html' });
    expect((await ask(server.url, get('/s/missing.js', 'Accept: */*'))).status).toBe(404);
    expect((await ask(server.url, get('/s/missing.png', 'Accept: image/*'))).status).toBe(404);
    expect((await ask(server.url, head('DELETE', '/s/users/7', NAVIGATION))).status).toBe(404);
  });

  it('at the root leaves the application its views and everything that is no navigation', async () => {
    const app = defineApp({ urls: [route('api/', () => text('view'))] });
    const server = await started({ app, static: [{ prefix: '/', root: await directoryWith(files), fallback: 'index.html' }] });
    expect((await ask(server.url, get('/api/', NAVIGATION))).text).toBe('view');
    expect((await ask(server.url, get('/users/7', NAVIGATION))).text).toBe('<app>');
    expect((await ask(server.url, get('/users/7', 'Accept: application/json'))).status).toBe(404);
  });
});

describe('a 404 page', () => {
  it('goes with the status, also to HEAD, and pipelined', async () => {
    const server = await serving({ '404.html': '<h1>lost</h1>', 'a.txt': 'a' }, { notFound: '404.html' });
    const client = await connected(server);
    client.send(get('/s/nope', 'Range: bytes=0-1') + head('HEAD', '/s/nope') + get('/s/a.txt'));
    const answer = await client.answer();
    expect([answer.status, answer.text, answer.field('content-type')]).toEqual([404, '<h1>lost</h1>', 'text/html; charset=utf-8']);
    expect([answer.field('etag'), answer.field('last-modified'), answer.field('cache-control')]).toEqual([undefined, undefined, undefined]);
    expect((await client.answer('HEAD')).field('content-length')).toBe('13');
    expect((await client.answer()).text).toBe('a');
  });

  it('may be large', async () => {
    const page = 'lost '.repeat(20_000);
    const server = await serving({ '404.html': page }, { notFound: '404.html' });
    expect((await ask(server.url, get('/s/nope'))).text).toBe(page);
  });
});

describe('cache rules', () => {
  it('choose by pattern, the first that matches', async () => {
    const root = await directoryWith({ 'app.3f9a1c2b.js': '', 'app.js': '', 'index.html': '' });
    await mkdir(join(root, 'fonts'));
    await writeFile(join(root, 'fonts', 'a.woff2'), '');
    const cache = [
      { match: '*.[0-9a-f]{8}.*', maxAge: '1y', immutable: true },
      { match: '*.html', cacheControl: 'no-cache' },
      { match: 'fonts/**', maxAge: '7d' },
    ];
    const server = await started({ static: [{ prefix: '/s/', root, maxAge: '1m', cache }] });
    const of = async (target: string) => (await ask(server.url, get(target))).field('cache-control');
    expect(await of('/s/app.3f9a1c2b.js')).toBe('public, max-age=31536000, immutable');
    expect(await of('/s/app.js')).toBe('public, max-age=60');
    expect(await of('/s/')).toBe('no-cache');
    expect(await of('/s/fonts/a.woff2')).toBe('public, max-age=604800');
  });
});

describe('extra fields', () => {
  it('are in every answer of the mount and in no other', async () => {
    const root = await directoryWith({ 'a.txt': 'a' });
    const server = await started({ static: [{ prefix: '/s/', root, headers: { 'X-Frame-Options': 'DENY' } }], app: gateway((_request, respond) => respond(200, [], 'app')) });
    const statuses: number[] = [];
    for (const request of [get('/s/a.txt'), get('/s/a.txt', 'Range: bytes=9-'), get('/s/a.txt', 'If-None-Match: *'), get('/s/nope'), head('PUT', '/s/a.txt')]) {
      const answer = await ask(server.url, request);
      statuses.push(answer.status);
      expect(answer.field('x-frame-options')).toBe('DENY');
    }
    expect(statuses).toEqual([200, 416, 304, 404, 405]);
    expect((await ask(server.url, get('/'))).field('x-frame-options')).toBeUndefined();
  });
});
