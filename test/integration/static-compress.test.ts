/** Files that are compressed while they are served, with decoders that are not ours. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CompressConfig, type FastServer } from '../../dist/index.js';
import { type Answer, ask, get, head } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';

const STYLE = '.answer { color: #424242; }\n'.repeat(300);
const SCRIPT = 'export const answer = 42;\n'.repeat(5000);

/** Node's own decoders; zstd from Node 22.15 on. */
const DECODERS: Record<string, ((bytes: Buffer) => Buffer) | undefined> = {
  br: zlib.brotliDecompressSync,
  gzip: zlib.gunzipSync,
  zstd: (zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer }).zstdDecompressSync,
};
const CODINGS = Object.keys(DECODERS).filter((coding) => DECODERS[coding] !== undefined);

async function site(mount: object = {}, compress: CompressConfig | boolean = true): Promise<{ server: FastServer; root: string }> {
  const root = await directoryWith({
    'small.css': STYLE,
    'large.js': SCRIPT,
    'tiny.txt': 'tiny',
    'picture.png': STYLE,
    'noise.bin.txt': randomBytes(5000),
  });
  return { root, server: await started({ static: [{ prefix: '/', root, ...mount }], compress }) };
}

/** Asks until the answer has a coding: the first request only has it made, and fresh files wait until they are settled. */
async function coded(server: FastServer, path: string, codings: string, ...fields: string[]): Promise<Answer> {
  let answer: Answer | undefined;
  await expect
    .poll(
      async () => {
        answer = await ask(server.url, get(path, `Accept-Encoding: ${codings}`, ...fields));
        return answer.field('content-encoding');
      },
      { timeout: 8000, interval: 20 },
    )
    .toBeDefined();
  return answer as Answer;
}

describe('a file that can be compressed', () => {
  it.each(CODINGS)('is sent as it is at first, then in %s', async (coding) => {
    const { server } = await site();
    for (const [path, content] of [['/small.css', STYLE], ['/large.js', SCRIPT]] as const) {
      const first = await ask(server.url, get(path, `Accept-Encoding: ${coding}`));
      expect([first.status, first.field('content-encoding'), first.field('vary')]).toEqual([200, undefined, 'Accept-Encoding']);
      expect(first.text === content).toBe(true);
      const later = await coded(server, path, coding);
      expect([later.field('content-encoding'), later.field('vary')]).toEqual([coding, 'Accept-Encoding']);
      expect(later.field('content-type')).toBe(first.field('content-type'));
      expect(later.body.length).toBeLessThan(content.length / 5);
      expect(DECODERS[coding]?.(later.body).toString() === content).toBe(true);
    }
    expect(server.stats().variantsMade).toBe(2);
    expect(server.stats().variantBytes).toBeGreaterThan(0);
  });

  it('is sent in the coding that weights and order choose', async () => {
    const { server } = await site();
    expect((await coded(server, '/small.css', 'gzip, br')).field('content-encoding')).toBe('br');
    expect((await coded(server, '/small.css', 'gzip;q=0.9, br;q=0')).field('content-encoding')).toBe('gzip');
    for (const refusing of ['identity', 'gzip;q=0, br;q=0', 'identity, br;q=0.5']) {
      expect((await ask(server.url, get('/small.css', `Accept-Encoding: ${refusing}`))).field('content-encoding')).toBeUndefined();
    }
    expect((await ask(server.url, get('/small.css'))).text).toBe(STYLE);
  });

  it('reaches fetch() decoded', async () => {
    const { server } = await site();
    await expect.poll(async () => (await fetch(`${server.url}/small.css`)).headers.get('content-encoding')).not.toBeNull();
    expect(await (await fetch(`${server.url}/small.css`)).text()).toBe(STYLE);
  });

  it('has a tag for each form, with 304, ranges and HEAD of its own', async () => {
    const { server } = await site();
    const plain = (await ask(server.url, get('/small.css'))).field('etag') ?? '';
    const whole = await coded(server, '/small.css', 'gzip');
    const tag = whole.field('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{16}-gzip"$/);
    const client = await connected(server);
    const accept = 'Accept-Encoding: gzip';
    client.send(
      get('/small.css', accept, `If-None-Match: ${tag}`) +
        get('/small.css', accept, `If-None-Match: ${plain}`) +
        get('/small.css', accept, 'Range: bytes=2-9', `If-Range: ${tag}`) +
        get('/small.css', accept, 'Range: bytes=2-9', `If-Range: ${plain}`) +
        head('HEAD', '/small.css', accept),
    );
    const same = await client.answer();
    expect([same.status, same.field('etag'), same.field('vary')]).toEqual([304, tag, 'Accept-Encoding']);
    expect((await client.answer()).status).toBe(200);
    const range = await client.answer();
    expect([range.status, range.field('content-range')]).toEqual([206, `bytes 2-9/${whole.body.length}`]);
    expect(range.body.equals(whole.body.subarray(2, 10))).toBe(true);
    expect((await client.answer()).status).toBe(200);
    const announced = await client.answer('HEAD');
    expect([announced.field('content-length'), announced.field('content-encoding')]).toEqual([String(whole.body.length), 'gzip']);
  });

  it('is never sent as what it was before an edit', async () => {
    const { server, root } = await site();
    await coded(server, '/small.css', 'br');
    const edited = STYLE.replaceAll('color', 'COLOR');
    await writeFile(join(root, 'small.css'), edited);
    await expect.poll(async () => (await ask(server.url, get('/small.css'))).text === edited, { timeout: 5000 }).toBe(true);
    expect(zlib.brotliDecompressSync((await coded(server, '/small.css', 'br')).body).toString()).toBe(edited);
  });
});

describe('a file', () => {
  it('that is small, of another type, or compressed itself does not vary', async () => {
    const { server } = await site();
    for (const path of ['/tiny.txt', '/picture.png']) {
      const answer = await ask(server.url, get(path, 'Accept-Encoding: br, gzip'));
      expect([answer.field('content-encoding'), answer.field('vary')]).toEqual([undefined, undefined]);
    }
  });

  it('that compressing makes no smaller stays as it is', async () => {
    const { server } = await site();
    await ask(server.url, get('/noise.bin.txt', 'Accept-Encoding: gzip'));
    await coded(server, '/small.css', 'gzip'); // behind it in the line
    expect((await ask(server.url, get('/noise.bin.txt', 'Accept-Encoding: gzip'))).field('content-encoding')).toBeUndefined();
    expect(server.stats().variantsMade).toBe(1);
  });

  it.each<[string, object, CompressConfig | boolean]>([
    ['its directory switches it off', { compress: false }, true],
    ['the server switches it off', {}, false],
    ['its directory says no-transform', { cacheControl: 'public, no-transform' }, true],
    ['its type is not listed', {}, { types: ['text/javascript'] }],
    ['it is too small', {}, { minBytes: '100kb' }],
    ['it is too large', {}, { maxBytes: 2000 }],
  ])('is left alone when %s', async (_why, mount, compress) => {
    const { server } = await site(mount, compress);
    const answer = await ask(server.url, get('/small.css', 'Accept-Encoding: br, gzip'));
    expect([answer.field('content-encoding'), answer.field('vary'), answer.text === STYLE]).toEqual([undefined, undefined, true]);
  });

  it('is compressed with the codings that are listed only', async () => {
    const { server } = await site({}, { codings: ['gzip'] });
    expect((await coded(server, '/small.css', 'br, gzip')).field('content-encoding')).toBe('gzip');
  });
});

it('a file that the application names is compressed, unless it says no-transform', async () => {
  const root = await directoryWith({ 'a.txt': STYLE });
  const app = {
    fetch: (request: Request) => {
      const fields = new URL(request.url).pathname === '/plain' ? { 'Cache-Control': 'private, no-transform' } : { 'Cache-Control': 'private' };
      return new Response(null, { headers: { ...fields, 'X-Accel-Redirect': '/files/a.txt' } });
    },
  };
  const server = await started({ app, workers: 0, static: [{ prefix: '/files/', root, internal: true }] });
  expect(zlib.gunzipSync((await coded(server, '/coded', 'gzip')).body).toString()).toBe(STYLE);
  const plain = await ask(server.url, get('/plain', 'Accept-Encoding: gzip'));
  expect([plain.field('content-encoding'), plain.field('cache-control'), plain.text]).toEqual([undefined, 'private, no-transform', STYLE]);
});

it('a server stops at once while it compresses', async () => {
  const root = await directoryWith({ 'huge.txt': randomBytes(6_000_000).toString('base64') });
  const server = await started({ static: [{ prefix: '/', root }], compress: { maxBytes: '16mb', levels: { br: 11 } } });
  const begun = async () => {
    await ask(server.url, get('/huge.txt', 'Accept-Encoding: br'));
    return server.stats().variantBytes > 0;
  };
  await expect.poll(begun, { timeout: 8000 }).toBe(true);
  const before = Date.now();
  await server.close({ grace: 0 });
  expect(Date.now() - before).toBeLessThan(3000);
  expect(server.stats().variantsMade).toBe(0);
});
