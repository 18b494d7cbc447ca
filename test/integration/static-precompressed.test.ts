/** Precompressed siblings on the wire, with decoders that are not ours. */
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FastServer } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { connected, directoryWith, started } from '../support/servers.ts';

const SCRIPT = 'export const answer = 42;\n'.repeat(5000);

async function site(mount: object = {}): Promise<{ server: FastServer; root: string }> {
  const root = await directoryWith({ 'app.js': SCRIPT, 'app.js.br': brotliCompressSync(SCRIPT), 'app.js.gz': gzipSync(SCRIPT), 'plain.js': SCRIPT });
  return { root, server: await started({ static: [{ prefix: '/', root, ...mount }], compress: false }) };
}

describe('a file with precompressed siblings', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['zstd', undefined],
    ['identity, br;q=0.1', undefined],
    ['gzip;q=0, br;q=0', undefined],
  ])('is sent to Accept-Encoding: %s in %s', async (accepted, coding) => {
    const { server } = await site();
    const answer = await ask(server.url, get('/app.js', `Accept-Encoding: ${accepted}`));
    expect([answer.status, answer.field('content-encoding'), answer.field('vary')]).toEqual([200, coding, 'Accept-Encoding']);
    expect(answer.field('content-type')).toBe('text/javascript; charset=utf-8');
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[coding ?? ''] ?? ((bytes: Buffer) => bytes);
    expect(decode(answer.body).toString()).toBe(SCRIPT);
  });

  it('reaches fetch() decoded', async () => {
    const { server } = await site();
    const response = await fetch(`${server.url}/app.js`);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe(SCRIPT);
  });

  it('has a tag for each coding, and 304 for the right one only', async () => {
    const { server } = await site();
    const tagOf = async (coding: string) => (await ask(server.url, get('/app.js', `Accept-Encoding: ${coding}`))).field('etag') ?? '';
    const [br, gzip, identity] = await Promise.all([tagOf('br'), tagOf('gzip'), tagOf('identity')]);
    expect(new Set([br, gzip, identity]).size).toBe(3);
    expect((await ask(server.url, get('/app.js', 'Accept-Encoding: br', `If-None-Match: ${br}`))).status).toBe(304);
    expect((await ask(server.url, get('/app.js', 'Accept-Encoding: br', `If-None-Match: ${gzip}`))).status).toBe(200);
  });

  it('has ranges of the coded bytes', async () => {
    const { server } = await site();
    const compressed = brotliCompressSync(SCRIPT);
    const client = await connected(server);
    client.send(get('/app.js', 'Accept-Encoding: br', 'Range: bytes=2-9') + head('HEAD', '/app.js', 'Accept-Encoding: br'));
    const range = await client.answer();
    expect([range.status, range.field('content-encoding'), range.field('content-range')]).toEqual([206, 'br', `bytes 2-9/${compressed.length}`]);
    expect(range.body.equals(compressed.subarray(2, 10))).toBe(true);
    expect((await client.answer('HEAD')).field('content-length')).toBe(String(compressed.length));
  });

  it('is sent as it is when the sibling is older', async () => {
    const { server, root } = await site();
    await utimes(join(root, 'app.js.br'), new Date(0), new Date(0));
    const answer = await ask(server.url, get('/app.js', 'Accept-Encoding: br'));
    expect([answer.field('content-encoding'), answer.text === SCRIPT]).toEqual([undefined, true]);
  });

  it('has its siblings looked at again when it is edited', async () => {
    const { server, root } = await site();
    await ask(server.url, get('/app.js', 'Accept-Encoding: br'));
    await writeFile(join(root, 'app.js'), 'edited');
    await utimes(join(root, 'app.js'), new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
    await expect.poll(async () => (await ask(server.url, get('/app.js', 'Accept-Encoding: br'))).text, { timeout: 5000 }).toBe('edited');
  });

  it('is a plain file to a mount that does not want siblings', async () => {
    const { server } = await site({ precompressed: false });
    const answer = await ask(server.url, get('/app.js', 'Accept-Encoding: br, gzip'));
    expect([answer.field('content-encoding'), answer.field('vary'), answer.text === SCRIPT]).toEqual([undefined, undefined, true]);
  });
});

it('a file without siblings says nothing of codings', async () => {
  const { server } = await site();
  const answer = await ask(server.url, get('/plain.js', 'Accept-Encoding: br, gzip'));
  expect([answer.field('content-encoding'), answer.field('vary')]).toEqual([undefined, undefined]);
});
