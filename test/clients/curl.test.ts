/** curl, over plain connections and TLS, with the options that people use. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { directoryWith } from '../support/servers.ts';
import { hasOpenssl } from '../support/tls.ts';
import { type RealSite, realSite } from './site.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.warn('the curl command is missing: its tests are skipped');

/** What curl knows of a transfer; see --write-out in curl(1). */
interface Facts {
  http_code: number;
  http_version: string;
  num_connects: number;
  num_redirects: number;
  size_download: number;
  content_type: string | null;
}

let site: RealSite;
let folder: string;

beforeEach(async () => {
  if (!hasCurl || !hasOpenssl) return;
  site = await realSite();
  folder = await directoryWith();
});

/** Runs curl to its end in `folder`; gives the facts of the last transfer. Rejects when curl fails. */
async function curl(...args: string[]): Promise<Facts> {
  const common = ['--silent', '--show-error', '--max-time', '20', '--cacert', site.tls.cert, '--write-out', '%{stderr}%{json}'];
  const { stderr } = await promisify(execFile)('curl', [...common, ...args], { cwd: folder });
  return JSON.parse(stderr.slice(stderr.lastIndexOf('{"'))) as Facts;
}

function saved(name = 'out'): Promise<Buffer> {
  return readFile(join(folder, name));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.skipIf(!hasCurl || !hasOpenssl).each(['http', 'https'] as const)('curl over %s', (scheme) => {
  it.each(['--http1.1', '--http1.0', '--http2'])('%s gets a file intact', async (version) => {
    const { http_code, http_version } = await curl(version, '-o', 'out', `${site[scheme]}/s/large.bin`);
    expect([http_code, http_version]).toEqual([200, '1.1']);
    expect((await saved()).equals(site.files['large.bin'])).toBe(true);
  });

  it('-I asks for the head only', async () => {
    const { http_code, size_download } = await curl('-I', '-o', 'out', `${site[scheme]}/s/large.bin`);
    expect([http_code, size_download]).toEqual([200, 0]);
    expect((await saved()).toString()).toMatch(/^content-length: 3145728\r$/im);
  });

  it('-r gets a range', async () => {
    expect((await curl('-r', '1000-70000', '-o', 'out', `${site[scheme]}/s/large.bin`)).http_code).toBe(206);
    expect((await saved()).equals(site.files['large.bin'].subarray(1000, 70_001))).toBe(true);
  });

  it('-C - completes what was begun', async () => {
    await writeFile(join(folder, 'out'), site.files['large.bin'].subarray(0, 1_234_567));
    expect((await curl('-C', '-', '-o', 'out', `${site[scheme]}/s/large.bin`)).http_code).toBe(206);
    expect((await saved()).equals(site.files['large.bin'])).toBe(true);
  });

  it('--compressed unpacks what comes packed', async () => {
    const { size_download } = await curl('--compressed', '-o', 'out', `${site[scheme]}/s/text.txt`);
    expect(size_download).toBeLessThan(1000);
    expect((await saved()).equals(site.files['text.txt'])).toBe(true);
  });

  it('--etag-compare gets 304 for what it has', async () => {
    const url = `${site[scheme]}/s/64k.bin`;
    await curl('--etag-save', 'tag', '-o', 'out', url);
    expect(await curl('--etag-compare', 'tag', '-o', 'out', url)).toMatchObject({ http_code: 304, size_download: 0 });
  });

  it('-L follows to the index of a directory, on the same connection', async () => {
    expect(await curl('-L', '-o', 'out', `${site[scheme]}/s/dir`)).toMatchObject({ http_code: 200, num_redirects: 1 });
    expect((await saved()).toString()).toBe('the index');
    expect(site.server.stats().connectionsAccepted).toBe(1);
  });

  it('gets several URLs over one connection', async () => {
    const names = ['64k.bin', 'text.txt', 'large.bin'] as const;
    await curl(...names.flatMap((name) => ['-o', name, `${site[scheme]}/s/${name}`]));
    for (const name of names) expect((await saved(name)).equals(site.files[name])).toBe(true);
    expect(site.server.stats().connectionsAccepted).toBe(1);
  });

  it('-T uploads a large file, which waits for 100 Continue', async () => {
    const content = randomBytes(3 * 1024 * 1024);
    await writeFile(join(folder, 'in'), content);
    await curl('--trace-ascii', 'talk', '-T', 'in', '-o', 'out', `${site[scheme]}/upload`);
    expect((await saved('talk')).toString()).toContain('HTTP/1.1 100 Continue');
    expect((await saved()).toString()).toBe(sha256(content));
  });

  it('-T uploads in chunks', async () => {
    const content = randomBytes(200_000);
    await writeFile(join(folder, 'in'), content);
    await curl('-H', 'Transfer-Encoding: chunked', '-T', 'in', '-o', 'out', `${site[scheme]}/upload`);
    expect((await saved()).toString()).toBe(sha256(content));
  });

  it('-d posts a form', async () => {
    await curl('-d', 'a=1&b=two', '-o', 'out', `${site[scheme]}/form`);
    expect((await saved()).toString()).toBe(sha256(Buffer.from('a=1&b=two')));
  });
});
