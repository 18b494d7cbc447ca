/** The manifest as a server reads it, and where it may be. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtName, isBuiltName } from '../../src/config/built-name.ts';
import { loadBuilds, staticDirectories } from '../../src/config/manifest.ts';
import { resolveStatic } from '../../src/config/resolve.ts';
import { toNativeOptions } from '../../src/config/to-native.ts';
import type { Settings, StaticConfig } from '../../src/config/types.ts';
import { Site } from '../assets/site.ts';
import { directoryWith } from '../support/servers.ts';

async function mountsOf(mounts: StaticConfig[], directory: string) {
  for (const { root } of mounts) await mkdir(join(directory, root), { recursive: true });
  return resolveStatic({ config: { static: mounts }, directory, source: 'test' });
}

describe('built names', () => {
  it.each([
    ['a.css', 'a.0123456789ab.css'],
    ['a.min.js', 'a.min.0123456789ab.js'],
    ['v1.2/README', 'v1.2/README.0123456789ab'],
    ['.hidden', '.hidden.0123456789ab'],
    ['x/.hidden', 'x/.hidden.0123456789ab'],
  ])('of %s is %s', (name, expected) => {
    expect(builtName(name, '0123456789ab')).toBe(expected);
    expect(isBuiltName(expected)).toBe(true);
    expect([isBuiltName(`${expected}.br`), isBuiltName(`${expected}.br`, true)]).toEqual([name === 'v1.2/README' || name.endsWith('.hidden'), true]);
  });

  it('are told from others', () => {
    for (const name of ['a.css', 'a.0123456789AB.css', 'a.0123456789ab.min.css', '0123456789ab.css', 'a.0123456789a.css']) expect(isBuiltName(name)).toBe(false);
  });
});

describe('a manifest', () => {
  const MOUNTS: StaticConfig[] = [{ prefix: '/media/', root: 'media' }, { prefix: '/static/', root: 'public', manifest: true }];

  it('gives builds by mount, and directories of which the built one is first', async () => {
    const site = await Site.with({ 'a.css': 'a {}' }, [{ prefix: '/static/', root: 'public', manifest: true }]);
    await site.build();
    const mounts = await mountsOf(MOUNTS, site.directory);
    const builds = await loadBuilds(mounts);
    expect(builds.map((build) => build?.directory)).toEqual([undefined, join(site.directory, '.fastserve/static/static')]);
    const directories = staticDirectories(mounts, builds);
    expect(directories.map(({ prefix }) => prefix)).toEqual(['/static/', '/media/']);
    expect(directories[0]?.built?.get('a.css')).toEqual({ name: await site.nameOf('a.css'), integrity: expect.stringMatching(/^sha384-/) });
    const native = toNativeOptions({ ...({} as Settings), listen: [], upstreams: [], errorPages: [], proxy: [], hosts: [], trustProxy: [], limits: {} as never, timeouts: {} as never, log: { access: [] } as never, compress: { dynamic: null } as never, mounts, pools: [] }, [1], builds);
    expect(native.mounts.map(({ built }) => built)).toEqual([null, { root: join(site.directory, '.fastserve/static/static'), cacheControl: 'public, max-age=31536000, immutable' }]);
    expect(native.mounts[1]).not.toHaveProperty('manifest');
  });

  it('may be missing unless its path is configured', async () => {
    const directory = await directoryWith();
    expect(await loadBuilds(await mountsOf([{ prefix: '/', root: 'a', manifest: true }], directory))).toEqual([null]);
    await expect(loadBuilds(await mountsOf([{ prefix: '/', root: 'a', manifest: 'out/m.json' }], directory))).rejects.toMatchObject({
      problems: [{ path: 'static[0].manifest', text: expect.stringMatching(/^there is no manifest at ".*\. Run fastserve build before the start, or write manifest: true to do without a build\.$/) }],
    });
  });

  it.each([
    ['is no JSON', '{'],
    ['has another version', '{"version":2,"mounts":[]}'],
    ['leads out of its directory', '{"version":1,"mounts":[{"prefix":"/","host":"","directory":"..","codings":[],"files":{}}]}'],
  ])('that %s is an error', async (_what, text) => {
    const mounts: StaticConfig[] = [{ prefix: '/', root: 'a', manifest: 'out/m.json' }];
    const site = await Site.with({ '/out/m.json': text }, mounts);
    await expect(loadBuilds(await mountsOf(mounts, site.directory))).rejects.toThrow('is not one that this version of fastserve has written. Run fastserve build again.');
  });

  it('whose files are gone is an error', async () => {
    const site = await Site.with({ 'a.css': 'a {}' });
    await site.build();
    await rm(join(site.directory, '.fastserve/static/static'), { recursive: true });
    await expect(loadBuilds(await mountsOf([{ prefix: '/static/', root: 'public', manifest: true }], site.directory))).rejects.toThrow('are gone. Run fastserve build again.');
  });
});

describe('the place of a manifest', () => {
  it.each([
    ['in the directory that is served', { prefix: '/', root: 'a', manifest: 'a/m.json' }],
    ['above it', { prefix: '/', root: 'a', manifest: 'm.json' }],
    ['hidden in a directory whose hidden files are served', { prefix: '/', root: '.', manifest: true, dotfiles: true }],
  ])('may not be %s', async (_where, mount) => {
    const directory = await directoryWith();
    await expect(mountsOf([mount], directory)).rejects.toMatchObject({ problems: [{ path: 'static[0].manifest', text: expect.stringContaining('overlaps static[0].root') }] });
  });

  it('may be hidden in the directory of the site', async () => {
    const directory = await directoryWith();
    await writeFile(join(directory, 'index.html'), '');
    expect((await mountsOf([{ prefix: '/', root: '.', manifest: true }], directory))[0]?.manifest).toEqual({ file: join(directory, '.fastserve/static/manifest.json'), required: false });
  });

  it.each(['', 'out', 'out/.json', 7])('is a path that ends in ".json", not %j', async (manifest) => {
    await expect(mountsOf([{ prefix: '/', root: 'a', manifest: manifest as never }], await directoryWith())).rejects.toThrow('expected true, false, or the path of a manifest that ends in ".json"');
  });
});
