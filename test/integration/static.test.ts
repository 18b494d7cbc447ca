/** Files from mounts, beside an application and without one. */
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Config, defineApp, type FastServer, gateway, path as route } from '../../dist/index.js';
import { ask, get, head, post } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';

let root = '';
beforeEach(async () => {
  root = await directoryWith({
    'page.html': '<p>page</p>',
    'style.css': 'p {}',
    'script.js': 'x()',
    'picture.svg': '<svg/>',
    'data.json': '{}',
    'font.woff2': 'font',
    'no-extension': 'bytes',
    'a b.txt': 'with space',
    'ö.txt': 'umlaut',
    '.secret': 'hidden',
    'empty.txt': '',
    'digits.txt': '0123456789',
    'large.bin': Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => i & 0xff)),
  });
  for (const name of ['sub', 'bare', '.well-known']) await mkdir(join(root, name));
  await writeFile(join(root, 'sub', 'index.html'), 'the index');
  await writeFile(join(root, '.well-known', 'x.txt'), 'well known');
});

function mounted(mount: object = {}, config: Config = {}): Promise<FastServer> {
  return started({ static: [{ prefix: '/s/', root, ...mount }], ...config });
}

describe('a file', () => {
  it.each([
    ['page.html', 'text/html; charset=utf-8'],
    ['style.css', 'text/css; charset=utf-8'],
    ['script.js', 'text/javascript; charset=utf-8'],
    ['picture.svg', 'image/svg+xml'],
    ['data.json', 'application/json'],
    ['font.woff2', 'font/woff2'],
    ['no-extension', 'application/octet-stream'],
    ['digits.txt', 'text/plain; charset=utf-8'],
  ])('%s is of type %s', async (name, type) => {
    const server = await mounted();
    const answer = await ask(server.url, get(`/s/${name}`));
    expect([answer.status, answer.field('content-type')?.replace('image/svg+xml; charset=utf-8', 'image/svg+xml')]).toEqual([200, type]);
  });

  it.each([
    ['/s/a%20b.txt', 'with space'],
    ['/s/%C3%B6.txt', 'umlaut'],
    ['/s/empty.txt', ''],
    ['/s/sub/../digits.txt', '0123456789'],
    ['/s/.well-known/x.txt', 'well known'],
    ['/s/digits.txt?v=1', '0123456789'],
  ])('%s is found', async (target, text) => {
    const server = await mounted();
    const answer = await ask(server.url, get(target));
    expect([answer.status, answer.text]).toEqual([200, text]);
  });

  it('of a megabyte is whole, ten times at once', async () => {
    const server = await mounted();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(server.url, get('/s/large.bin'))));
    for (const { body } of answers) {
      expect(body).toHaveLength(1_000_000);
      expect(body.every((byte, i) => byte === (i & 0xff))).toBe(true);
    }
  });

  it('is not sent to HEAD, but described as to GET', async () => {
    const server = await mounted();
    const client = await connected(server);
    client.send(head('HEAD', '/s/large.bin') + get('/s/digits.txt'));
    const described = await client.answer('HEAD');
    expect([described.status, described.field('content-length')]).toEqual([200, '1000000']);
    expect((await client.answer()).text).toBe('0123456789');
  });

  it('refuses other methods with Allow', async () => {
    const server = await mounted();
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await ask(server.url, head(method, '/s/digits.txt', 'Content-Length: 0'));
      expect([answer.status, answer.field('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });

  it('that changes is sent anew, with another tag', async () => {
    const server = await mounted();
    const before = await ask(server.url, get('/s/digits.txt'));
    await writeFile(join(root, 'new'), 'changed content');
    await rename(join(root, 'new'), join(root, 'digits.txt'));
    await expect.poll(async () => (await ask(server.url, get('/s/digits.txt'))).text, { timeout: 5000 }).toBe('changed content');
    expect((await ask(server.url, get('/s/digits.txt'))).field('etag')).not.toBe(before.field('etag'));
  });

  it('that appears after a 404 is found', async () => {
    const server = await mounted();
    expect((await ask(server.url, get('/s/later.txt'))).status).toBe(404);
    await writeFile(join(root, 'later.txt'), 'here now');
    await expect.poll(async () => (await ask(server.url, get('/s/later.txt'))).status, { timeout: 5000 }).toBe(200);
  });

  it('that is removed is 404 soon', async () => {
    const server = await mounted();
    expect((await ask(server.url, get('/s/digits.txt'))).status).toBe(200);
    await rm(join(root, 'digits.txt'));
    await expect.poll(async () => (await ask(server.url, get('/s/digits.txt'))).status, { timeout: 5000 }).toBe(404);
  });
});

describe('a conditional request', () => {
  it('with the tag is 304 without content', async () => {
    const server = await mounted();
    const client = await connected(server);
    client.send(get('/s/digits.txt'));
    const first = await client.answer();
    expect(first.field('etag')).toMatch(/^"[^"]+"$/);
    expect(first.field('last-modified')).toBeDefined();
    for (const line of [`If-None-Match: ${first.field('etag')}`, `If-None-Match: "other", ${first.field('etag')}`, 'If-None-Match: *', `If-Modified-Since: ${first.field('last-modified')}`]) {
      client.send(get('/s/digits.txt', line));
      const answer = await client.answer();
      expect([line, answer.status, answer.field('etag')]).toEqual([line, 304, first.field('etag')]);
    }
    client.send(get('/s/digits.txt', 'If-None-Match: "other"', `If-Modified-Since: ${first.field('last-modified')}`));
    expect((await client.answer()).status).toBe(200);
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
  ])('%s is 206', async (range, text, contentRange) => {
    const server = await mounted();
    const answer = await ask(server.url, get('/s/digits.txt', `Range: ${range}`));
    expect([answer.status, answer.text, answer.field('content-range')]).toEqual([206, text, contentRange]);
  });

  it('that cannot be satisfied is 416', async () => {
    const server = await mounted();
    const answer = await ask(server.url, get('/s/digits.txt', 'Range: bytes=10-'));
    expect([answer.status, answer.field('content-range')]).toEqual([416, 'bytes */10']);
  });

  it.each(['bytes=4-1', 'lines=1-2', 'bytes=a-b'])('%s is ignored', async (range) => {
    const server = await mounted();
    expect((await ask(server.url, get('/s/digits.txt', `Range: ${range}`))).status).toBe(200);
  });

  it('of a large file is exact', async () => {
    const server = await mounted();
    const { body } = await ask(server.url, get('/s/large.bin', 'Range: bytes=300001-600000'));
    expect(body).toHaveLength(300_000);
    expect(body[0]).toBe(300_001 & 0xff);
  });
});

describe('a directory', () => {
  it('gives its index, with the slash', async () => {
    const server = await mounted();
    expect((await ask(server.url, get('/s/sub/'))).text).toBe('the index');
    const redirect = await ask(server.url, get('/s/sub?x=1'));
    expect([redirect.status, redirect.field('location')]).toEqual([301, '/s/sub/?x=1']);
  });

  it('without index, or with index: false, is 404', async () => {
    expect((await ask((await mounted()).url, get('/s/bare/'))).status).toBe(404);
    expect((await ask((await mounted({ index: false })).url, get('/s/sub/'))).status).toBe(404);
  });
});

describe('what must not leave a mount', () => {
  it.each(['/s/.secret', '/s/../etc/passwd', '/s/%2e%2e/%2e%2e/etc/passwd', '/s/..%2f..%2fetc/passwd', '/s/sub/%2e%2e%2f.secret', '/s/digits.txt%00', '/s/digits.txt/', '/s//etc/passwd', '/s/..\\digits.txt'])(
    '%s is not served',
    async (target) => {
      const server = await mounted();
      const answer = await ask(server.url, get(target));
      expect([400, 404]).toContain(answer.status);
    },
  );

  it('a link to the outside is not followed', async () => {
    await symlink('/etc/passwd', join(root, 'link.txt'));
    await symlink('/etc', join(root, 'etc'));
    const server = await mounted();
    expect((await ask(server.url, get('/s/link.txt'))).status).toBe(404);
    expect((await ask(server.url, get('/s/etc/passwd'))).status).toBe(404);
  });

  it('a file that may not be read is no crash', async () => {
    await chmod(join(root, 'digits.txt'), 0);
    const server = await mounted();
    // Root may read everything.
    expect(process.getuid?.() === 0 ? [200] : [403, 404]).toContain((await ask(server.url, get('/s/digits.txt'))).status);
  });

  it('dotfiles are served when the mount says so', async () => {
    const server = await mounted({ dotfiles: true });
    expect((await ask(server.url, get('/s/.secret'))).text).toBe('hidden');
  });
});

describe('Cache-Control', () => {
  it.each([
    [{ maxAge: '1h' }, 'public, max-age=3600'],
    [{ cacheControl: 'no-cache' }, 'no-cache'],
    [{}, undefined],
  ])('of %j is %s', async (mount, expected) => {
    const server = await mounted(mount);
    expect((await ask(server.url, get('/s/digits.txt'))).field('cache-control')).toBe(expected);
  });
});

describe('mounts beside an application', () => {
  const raw = gateway((request, respond) => respond(200, [], `app ${request.path}`));

  it('at the root give what is no file to the application', async () => {
    const server = await started({ app: raw, static: [{ prefix: '/', root }] });
    expect((await ask(server.url, get('/digits.txt'))).text).toBe('0123456789');
    expect((await ask(server.url, get('/other'))).text).toBe('app /other');
    expect((await ask(server.url, post('/other', 'x'))).text).toBe('app /other');
  });

  it('with a prefix keep it, unless they fall through', async () => {
    const server = await started({ app: raw, static: [{ prefix: '/s/', root }, { prefix: '/t/', root, fallthrough: true }] });
    expect((await ask(server.url, get('/s/none'))).status).toBe(404);
    expect((await ask(server.url, get('/t/none'))).text).toBe('app /t/none');
    expect((await ask(server.url, get('/sx'))).text).toBe('app /sx');
  });

  it('the longest prefix decides', async () => {
    const server = await started({ static: [{ prefix: '/s/', root }, { prefix: '/s/sub/', root: join(root, 'bare') }] });
    expect((await ask(server.url, get('/s/digits.txt'))).status).toBe(200);
    expect((await ask(server.url, get('/s/sub/index.html'))).status).toBe(404);
  });

  it('at the root come behind the views of the URLconf', async () => {
    const app = defineApp({ urls: [route('digits.txt', () => 'view')] });
    const server = await started({ app, static: [{ prefix: '/', root }] });
    expect((await ask(server.url, get('/digits.txt'))).text).toBe('view');
    expect((await ask(server.url, get('/style.css'))).text).toBe('p {}');
  });

  it('without an application answer every miss with 404', async () => {
    const server = await mounted();
    expect((await ask(server.url, get('/elsewhere'))).status).toBe(404);
    expect((await ask(server.url, post('/s/x', 'content'))).status).toBe(404);
  });
});
