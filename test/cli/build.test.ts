/** `fastserve build` as a process: what it prints, its exit codes, a build that is killed, and serving what it made. */
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { prose } from '../assets/site.ts';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';
import { Running, run } from './command.ts';

const CONFIG = '{ "app": "./app.ts", "static": [{ "prefix": "/static/", "root": "assets", "maxAge": "1m", "manifest": true }] }';
const APP = `
import { gateway, staticUrl } from 'fastserve';
export default gateway((request, respond) => respond(200, [], staticUrl('css/site.css')));`;

async function siteWith(files: Record<string, string>): Promise<string> {
  const site = await directoryWith();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(site, name)), { recursive: true });
    await writeFile(join(site, name), content);
  }
  return site;
}

/** The site of most tests: a stylesheet that refers to a picture, and an application that links to it. */
function styledSite(): Promise<string> {
  // TypeScript is compiled, and then finds the package from anywhere.
  return siteWith({
    'fastserve.config.json': CONFIG,
    'app.ts': APP,
    'assets/css/site.css': `body { background: url(../img/bg.svg) } /* ${prose(3000)} */`,
    'assets/img/bg.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  });
}

async function start(site: string): Promise<{ url: string; running: Running }> {
  const running = new Running(['start', site, '--port', '0', '--host', '127.0.0.1', '--workers', '1', '--log', 'off']);
  atEnd(async () => {
    running.process.kill('SIGKILL');
    await running.exited;
  });
  return { url: await running.url(), running };
}

describe('build', () => {
  it('says what it built and where', async () => {
    const site = await styledSite();
    const { code, stdout, stderr } = await run(['build', site], { cwd: site });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^built \/static\/ 2 files \(2 new\), 3\.\d KB, \d+ B compressed, in \.fastserve\/static\/manifest\.json\ndone in \d+\.\d s\n$/);
    expect(code).toBe(0);
    expect((await run(['build', site], { cwd: site })).stdout).toContain('2 files (0 new)');
  });

  it('prints JSON for programs', async () => {
    const site = await styledSite();
    const report = JSON.parse((await run(['build', site, '--json'])).stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ mounts: [{ prefix: '/static/', manifest: join(site, '.fastserve/static/manifest.json'), files: 2, written: 2 }], missing: [], removed: 0 });
  });

  it('builds public/ without a configuration', async () => {
    const site = await siteWith({ 'public/a.css': 'a {}' });
    expect((await run(['build', site])).stdout).toMatch(/^built \/ 1 file \(1 new\)/);
  });

  it('needs neither addresses nor certificates', async () => {
    const site = await siteWith({ 'a/a.css': 'a {}', 'fastserve.config.json': '{ "listen": { "host": "nowhere.invalid", "tls": { "cert": "no.pem", "key": "no.key" } }, "static": [{ "prefix": "/", "root": "a", "manifest": true }] }' });
    expect((await run(['build', site])).code).toBe(0);
  });

  it('ends with code 1 for a reference that leads nowhere, unless told to keep it', async () => {
    const site = await siteWith({ 'public/a.css': 'a { background: url(no.png) }' });
    const { code, stdout, stderr } = await run(['build', site]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`error: 1 reference leads nowhere:\n  ${site}/public/a.css:1: url(no.png): there is no file "no.png" in ${site}/public.\nCorrect them, or build with --no-strict, which keeps such references as they are written.\n`);
    const kept = await run(['build', site, '--no-strict']);
    expect([kept.code, kept.stdout]).toEqual([0, expect.stringContaining('kept 1 reference that leads nowhere:\n  ')]);
  });

  it('ends with code 2 where nothing is to be built', async () => {
    const site = await siteWith({ 'a/a.css': '', 'fastserve.config.json': '{ "static": [{ "prefix": "/", "root": "a" }] }' });
    const { code, stderr } = await run(['build', site]);
    expect(stderr).toBe(`error: ${site}/fastserve.config.json: static: no static directory is to be built. Add manifest: true to those in "static" whose files shall get built names.\n`);
    expect(code).toBe(2);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run(['build', '--help']);
    expect(code).toBe(0);
    for (const word of ['--no-strict', '--clean', '--json', 'manifest: true', "{{ static('css/site.css') }}"]) expect(stdout).toContain(word);
  });

  it('that is killed leaves the old manifest, and the next one tidies up', async () => {
    const site = await siteWith({ 'public/a.txt': 'one' });
    await run(['build', site]);
    const output = join(site, '.fastserve/static');
    const before = await readFile(join(output, 'manifest.json'), 'utf8');
    await writeFile(join(site, 'public/a.txt'), 'two');
    // Long enough for brotli to be at it for seconds.
    await writeFile(join(site, 'public/large.txt'), Array.from({ length: 400_000 }, (_, i) => `${(i * 7919) % 100_003} ${i}\n`).join(''));
    const writing = watchFor(output, /^\.build-/);
    const running = new Running(['build', site]);
    await writing;
    running.process.kill('SIGKILL');
    expect((await running.exited).code).toBeNull();
    expect(await readFile(join(output, 'manifest.json'), 'utf8')).toBe(before);
    await rm(join(site, 'public/large.txt'));
    expect((await run(['build', site])).code).toBe(0);
    expect((await readdir(output)).sort()).toEqual(['@root', 'manifest.json']);
  });
});

/** Resolves when an entry with such a name appears in a directory. */
function watchFor(directory: string, name: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, (_event, found) => {
      if (found === null || !name.test(found)) return;
      watcher.close();
      resolve();
    });
    atEnd(() => watcher.close());
  });
}

describe('a server behind a build', () => {
  it('links to built names and serves them for ever, compressed', async () => {
    const site = await styledSite();
    await run(['build', site]);
    const { url, running } = await start(site);
    expect((await running.output(/static {7}.*/))[0]).toContain('and 2 built files');
    const link = (await ask(url, get('/'))).text;
    expect(link).toMatch(/^\/static\/css\/site\.[0-9a-f]{12}\.css$/);
    const answer = await ask(url, get(link, 'Accept-Encoding: br'));
    expect([answer.status, answer.field('cache-control'), answer.field('content-encoding'), answer.field('vary')]).toEqual([200, 'public, max-age=31536000, immutable', 'br', 'Accept-Encoding']);
    const picture = /url\((\S+)\)/.exec(brotliDecompressSync(answer.body).toString())?.[1] ?? '';
    expect(picture).toMatch(/^\.\.\/img\/bg\.[0-9a-f]{12}\.svg$/);
    expect((await ask(url, get(new URL(picture, `${url}${link}`).pathname))).field('content-type')).toBe('image/svg+xml');
  });

  it('serves the original names as before', async () => {
    const site = await styledSite();
    await run(['build', site]);
    const { url } = await start(site);
    const answer = await ask(url, get('/static/css/site.css'));
    expect([answer.status, answer.field('cache-control'), answer.text]).toEqual([200, 'public, max-age=60', await readFile(join(site, 'assets/css/site.css'), 'utf8')]);
    expect((await ask(url, get('/static/css/site.0123456789ab.css'))).status).toBe(404);
  });

  it('keeps serving old names after an edit and a build', async () => {
    const site = await styledSite();
    await run(['build', site]);
    const { url } = await start(site);
    const old = (await ask(url, get('/'))).text;
    await writeFile(join(site, 'assets/css/site.css'), 'b {}');
    await run(['build', site]);
    const other = await start(site);
    const link = (await ask(other.url, get('/'))).text;
    expect(link).not.toBe(old);
    expect((await ask(other.url, get(link))).text).toBe('b {}');
    expect((await ask(other.url, get(old))).status).toBe(200);
    await run(['build', site, '--clean']);
    const cleaned = await start(site);
    expect((await ask(cleaned.url, get(old))).status).toBe(404);
  });

  it('is not needed: without one the names are plain', async () => {
    const { url } = await start(await styledSite());
    expect((await ask(url, get('/'))).text).toBe('/static/css/site.css');
  });

  it('is told of when files were edited after it', async () => {
    const site = await styledSite();
    await run(['build', site]);
    await writeFile(join(site, 'assets/css/site.css'), 'c {}');
    const { running } = await start(site);
    expect((await running.output(/warn.*/))[0]).toContain('static files changed since fastserve build: css/site.css. Their built names still have the old content. Run fastserve build and reload.');
  });

  it('is needed where the configuration names a manifest', async () => {
    const site = await siteWith({ 'a/a.css': '', 'fastserve.config.json': '{ "static": [{ "prefix": "/", "root": "a", "manifest": "out/manifest.json" }] }' });
    const { code, stderr } = await run(['start', site, '--port', '0']);
    expect(stderr).toMatch(/^error: static files: static\[0\]\.manifest: there is no manifest at ".*\. Run fastserve build before the start, or write manifest: true to do without a build\.\n$/);
    expect(code).toBe(2);
  });
});
