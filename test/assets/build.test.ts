/** What a build writes: names, references, siblings, the manifest; what it does again and what it leaves alone. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { prose, Site } from './site.ts';

const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 12);

describe('a built file', () => {
  it('is named by its content, in front of the last ending', async () => {
    const site = await Site.with({ 'css/site.min.css': 'a {}', 'LICENSE': 'free', 'ümläut &.txt': 'x' });
    await site.build();
    expect(await site.nameOf('css/site.min.css')).toBe(`css/site.min.${hashOf('a {}')}.css`);
    expect(await site.nameOf('LICENSE')).toBe(`LICENSE.${hashOf('free')}`);
    expect(await site.nameOf('ümläut &.txt')).toBe(`ümläut &.${hashOf('x')}.txt`);
    expect(await site.builtText('css/site.min.css')).toBe('a {}');
  });

  it('has its integrity in the manifest', async () => {
    const site = await Site.with({ 'a.js': 'run()' });
    await site.build();
    expect((await site.manifest()).mounts[0]?.files['a.js']?.integrity).toBe(`sha384-${createHash('sha384').update('run()').digest('base64')}`);
  });

  it('keeps the time of its source, and so do its siblings', async () => {
    const site = await Site.with({ 'a.txt': prose(1000) });
    await utimes(site.at('a.txt'), 1_700_000_000, 1_700_000_000);
    await site.build();
    const names = (await site.output()).filter((name) => name.startsWith('static/'));
    expect(names).toHaveLength(3);
    for (const name of names) expect((await stat(join(site.directory, '.fastserve/static', name))).mtimeMs).toBe(1_700_000_000_000);
  });

  it('leaves its source as it was', async () => {
    const site = await Site.with({ 'a.css': 'b { background: url(b.png) }', 'b.png': 'png' });
    const before = await stat(site.at('a.css'));
    await site.build();
    expect(await readFile(site.at('a.css'), 'utf8')).toBe('b { background: url(b.png) }');
    expect((await stat(site.at('a.css'))).mtimeMs).toBe(before.mtimeMs);
    expect((await readdir(site.at(''))).sort()).toEqual(['a.css', 'b.png']);
  });
});

describe('references', () => {
  it('are rewritten, the rest of a URL stays as it was', async () => {
    const site = await Site.with({
      'css/site.css': '@import "./print.css";\n.a { background: url(../img/a%20b.png?v=1#x) }\n.c { background: url("/static/img/c.svg") }\n/*# sourceMappingURL=site.css.map */',
      'css/print.css': '.p {}',
      'css/site.css.map': '{}',
      'img/a b.png': 'png',
      'img/c.svg': '<svg/>',
    });
    await site.build();
    const last = async (file: string) => (await site.nameOf(file)).split('/').at(-1) ?? '';
    expect(await site.builtText('css/site.css')).toBe(
      `@import "./${await last('css/print.css')}";\n.a { background: url(../img/${encodeURIComponent(await last('img/a b.png'))}?v=1#x) }\n` +
        `.c { background: url("/static/img/${await last('img/c.svg')}") }\n/*# sourceMappingURL=${await last('css/site.css.map')} */`,
    );
  });

  it('of scripts to their source maps are rewritten', async () => {
    const site = await Site.with({ 'a.js': 'f();\n//# sourceMappingURL=a.js.map\n', 'a.js.map': '{}' });
    await site.build();
    expect(await site.builtText('a.js')).toBe(`f();\n//# sourceMappingURL=a.js.${hashOf('{}')}.map\n`);
  });

  it('reach into other directories that are built', async () => {
    const mounts = [{ prefix: '/static/', root: 'public', manifest: true }, { prefix: '/flags/', root: 'flags', manifest: true }];
    const site = await Site.with({ 'a.css': 'url(/flags/de.svg) url(../flags/de.svg)', '/flags/de.svg': 'de' }, mounts);
    await site.build();
    expect(await site.builtText('a.css')).toBe(`url(/flags/de.${hashOf('de')}.svg) url(../flags/de.${hashOf('de')}.svg)`);
  });

  it('to what is not built stay', async () => {
    const text = 'url(https://example.com/a.png) url(//cdn/a.png) url(data:image/png;base64,AA) url(#g) url() url(/elsewhere/a.png)';
    const site = await Site.with({ 'a.css': text });
    await site.build();
    expect(await site.builtText('a.css')).toBe(text);
  });

  it('keep bytes that are no UTF-8', async () => {
    const site = await Site.with({ 'a.css': Buffer.from('/* caf\xe9 */ url(b.png)', 'latin1'), 'b.png': 'png' });
    await site.build();
    const built = await readFile(join(site.directory, '.fastserve/static/static', await site.nameOf('a.css')), 'latin1');
    expect(built).toBe(`/* caf\xe9 */ url(b.${hashOf('png')}.png)`);
  });

  it('carry a change up to every file that leads to it', async () => {
    const site = await Site.with({ 'top.css': '@import "mid.css";', 'mid.css': 'url(leaf.png)', 'leaf.png': '1', 'other.css': 'x {}' });
    await site.build();
    const before = await Promise.all(['top.css', 'mid.css', 'leaf.png', 'other.css'].map((name) => site.nameOf(name)));
    await site.write('leaf.png', '2');
    await site.build();
    const after = await Promise.all(['top.css', 'mid.css', 'leaf.png', 'other.css'].map((name) => site.nameOf(name)));
    expect(after.map((name, i) => name === before[i])).toEqual([false, false, false, true]);
  });

  it('in a circle get names that change with any file of it', async () => {
    const site = await Site.with({ 'a.css': '@import "b.css"; url(c.png)', 'b.css': '@import "a.css";', 'c.png': '1', 'self.css': 'url(self.css)' });
    await site.build();
    const first = [await site.nameOf('a.css'), await site.nameOf('b.css')];
    expect(await site.builtText('b.css')).toBe(`@import "${first[0]}";`);
    expect(await site.builtText('a.css')).toBe(`@import "${first[1]}"; url(${await site.nameOf('c.png')})`);
    expect(await site.builtText('self.css')).toBe(`url(${await site.nameOf('self.css')})`);
    await site.build();
    expect([await site.nameOf('a.css'), await site.nameOf('b.css')]).toEqual(first);
    await site.write('c.png', '2');
    await site.build();
    expect(await site.nameOf('b.css')).not.toBe(first[1]);
  });
});

describe('a reference that leads nowhere', () => {
  const files = { 'css/site.css': '.a {}\n.b { background: url("../img/lgo.png") }\n', 'img/logo.png': 'png', 'a.js': '//# sourceMappingURL=a.js.map' };

  it('fails the build with file, line, reference and the nearest name', async () => {
    const site = await Site.with(files);
    await expect(site.build()).rejects.toMatchObject({
      code: 'FS_BUILD',
      message: [
        '2 references lead nowhere:',
        `  ${site.at('a.js')}:1: //# sourceMappingURL=a.js.map: there is no file "a.js.map" in ${site.at('')}.`,
        `  ${site.at('css/site.css')}:2: url("../img/lgo.png"): there is no file "img/lgo.png" in ${site.at('')}; the nearest name is "img/logo.png".`,
        'Correct them, or build with --no-strict, which keeps such references as they are written.',
      ].join('\n'),
    });
    await expect(readdir(join(site.directory, '.fastserve'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stays as it is without strict, and is reported', async () => {
    const site = await Site.with(files);
    const { missing } = await site.build({ strict: false });
    expect(missing).toHaveLength(2);
    expect(await site.builtText('css/site.css')).toBe(files['css/site.css']);
  });

  it('may be a path of the application, where its mount falls through', async () => {
    const site = await Site.with({ 'a.css': 'url(/avatar/7.png)' }, [{ prefix: '/', root: 'public', manifest: true, fallthrough: true }]);
    await site.build();
    await site.write('a.css', 'url(avatar/7.png)');
    await expect(site.build()).rejects.toMatchObject({ code: 'FS_BUILD' });
  });

  it('may not escape its directory into a file that is not served', async () => {
    const site = await Site.with({ 'a.css': 'url(.hidden.png)', '.hidden.png': 'x' });
    await expect(site.build()).rejects.toMatchObject({ code: 'FS_BUILD' });
  });
});

describe('siblings', () => {
  it('are what the file decompresses from', async () => {
    const site = await Site.with({ 'a.css': prose(5000) });
    await site.build();
    const path = join(site.directory, '.fastserve/static/static', await site.nameOf('a.css'));
    expect(brotliDecompressSync(await readFile(`${path}.br`)).toString()).toBe(prose(5000));
    expect(gunzipSync(await readFile(`${path}.gz`)).toString()).toBe(prose(5000));
    expect((await site.manifest()).mounts[0]?.files['a.css']?.encoded).toMatchObject({ br: (await stat(`${path}.br`)).size, gzip: (await stat(`${path}.gz`)).size });
  });

  it('are left out where they save too little, and for what is packed', async () => {
    const noise = Buffer.concat(Array.from({ length: 200 }, (_, i) => createHash('sha256').update(String(i)).digest()));
    const site = await Site.with({ 'noise.bin': noise, 'photo.jpg': prose(5000), 'tiny.css': 'a {}' });
    await site.build();
    expect((await site.output()).filter((name) => /\.(br|gz|zst)$/.test(name))).toEqual([]);
  });

  it('are those that the mount sends', async () => {
    const site = await Site.with({ 'a.txt': prose(5000) }, [{ prefix: '/static/', root: 'public', manifest: true, precompressed: ['gzip'] }]);
    await site.build();
    expect((await site.output()).map((name) => name.split('.').at(-1))).toEqual(['json', 'txt', 'gz']);
  });

  it('beside a source are no files of their own', async () => {
    const site = await Site.with({ 'a.txt': 'x', 'a.txt.gz': 'z', 'alone.gz': 'z' });
    await site.build();
    expect(Object.keys((await site.manifest()).mounts[0]?.files ?? {})).toEqual(['a.txt', 'alone.gz']);
  });
});

describe('files that the server would not serve', () => {
  it('are not built: hidden ones, links that lead out, absolute links', async () => {
    const site = await Site.with({ 'a.txt': 'a', '.env': 'secret', '.git/config': 'x', '.well-known/x.txt': 'x', '/outside.txt': 'outside' });
    await symlink('../outside.txt', site.at('out.txt'));
    await symlink(site.at('a.txt'), site.at('absolute.txt'));
    await symlink('a.txt', site.at('link.txt'));
    await symlink('nowhere', site.at('broken.txt'));
    await site.build();
    expect(Object.keys((await site.manifest()).mounts[0]?.files ?? {})).toEqual(['.well-known/x.txt', 'a.txt', 'link.txt']);
  });

  it('may be hidden where the mount serves hidden files', async () => {
    const site = await Site.with({ '.env': 'x' }, [{ prefix: '/static/', root: 'public', manifest: true, dotfiles: true }]);
    await site.build();
    expect(await site.nameOf('.env')).toBe(`.env.${hashOf('x')}`);
  });

  it('are never walked in circles', async () => {
    const site = await Site.with({ 'a/b.txt': 'x' });
    await symlink('..', site.at('a/up'));
    await site.build();
    expect(Object.keys((await site.manifest()).mounts[0]?.files ?? {})).toEqual(['a/b.txt']);
  });
});

describe('a second build', () => {
  it('writes nothing again that is there', async () => {
    const site = await Site.with({ 'a.css': prose(1000), 'b.css': 'url(a.css)' });
    await site.build();
    const path = join(site.directory, '.fastserve/static/static', await site.nameOf('a.css'));
    const before = await stat(`${path}.br`, { bigint: true });
    expect((await site.build()).mounts[0]).toMatchObject({ files: 2, written: 0 });
    expect((await stat(`${path}.br`, { bigint: true })).ino).toBe(before.ino);
  });

  it('writes again what is gone or cut', async () => {
    const site = await Site.with({ 'a.txt': prose(1000), 'b.txt': prose(900) });
    await site.build();
    await rm(join(site.directory, '.fastserve/static/static', `${await site.nameOf('a.txt')}.gz`));
    await site.write(`/.fastserve/static/static/${await site.nameOf('b.txt')}`, 'cut');
    expect((await site.build()).mounts[0]).toMatchObject({ written: 2 });
    expect(await site.builtText('b.txt')).toBe(prose(900));
  });

  it('gives an edited file a new name and keeps the old file', async () => {
    const site = await Site.with({ 'a.txt': 'one' });
    await site.build();
    await site.write('a.txt', 'two');
    await site.build();
    expect(await site.nameOf('a.txt')).toBe(`a.${hashOf('two')}.txt`);
    expect(await site.output()).toEqual(['manifest.json', `static/a.${hashOf('one')}.txt`, `static/a.${hashOf('two')}.txt`].sort());
  });

  it('with clean removes what the manifest no longer names, and nothing else', async () => {
    const site = await Site.with({ 'a.txt': prose(1000), 'old/b.txt': prose(1000), 'c.txt': 'c' });
    await site.build();
    await site.write('a.txt', 'two');
    await rm(site.at('old'), { recursive: true });
    await site.write('/.fastserve/static/static/notes.txt', 'not ours');
    const { removed } = await site.build({ clean: true });
    expect(removed).toBe(6);
    expect(await site.output()).toEqual(['manifest.json', `static/a.${hashOf('two')}.txt`, `static/c.${hashOf('c')}.txt`, 'static/notes.txt']);
    expect(await readdir(join(site.directory, '.fastserve/static/static'))).not.toContain('old');
  });

  it('replaces a manifest that cannot be used', async () => {
    const site = await Site.with({ 'a.txt': 'x' });
    await site.write('/.fastserve/static/manifest.json', '{"version":99}');
    await site.build();
    expect(await site.nameOf('a.txt')).toBe(`a.${hashOf('x')}.txt`);
  });
});

describe('a build that does not end', () => {
  it('leaves the old manifest and no temporary files', async () => {
    const site = await Site.with({ 'a.txt': 'one', 'b.txt': 'x' });
    await site.build();
    const before = await readFile(join(site.directory, '.fastserve/static/manifest.json'), 'utf8');
    await site.write('a.txt', 'two');
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'writing') throw new Error('the disk is full');
    };
    await expect(site.build({ onProgress })).rejects.toMatchObject({ code: 'FS_BUILD', message: 'the static files could not be built: the disk is full' });
    expect(await readFile(join(site.directory, '.fastserve/static/manifest.json'), 'utf8')).toBe(before);
    expect((await readdir(join(site.directory, '.fastserve/static'))).sort()).toEqual(['manifest.json', 'static']);
  });

  it.skipIf(process.getuid?.() === 0)('says which source it could not read', async () => {
    const site = await Site.with({ 'a.txt': 'one' });
    await chmod(site.at('a.txt'), 0);
    await expect(site.build()).rejects.toMatchObject({ code: 'FS_BUILD', message: `the static files could not be built: EACCES: permission denied, open '${site.at('a.txt')}'` });
  });
});

describe('mounts', () => {
  it('that do not ask for it are not built', async () => {
    const site = await Site.with({ 'a.txt': 'a', '/media/b.txt': 'b' }, [{ prefix: '/static/', root: 'public', manifest: true }, { prefix: '/media/', root: 'media' }]);
    await site.build();
    expect((await site.manifest()).mounts.map(({ prefix }) => prefix)).toEqual(['/static/']);
  });

  it('have directories of their own, whatever prefix and host', async () => {
    const names = ['', 'root', 'a/b', 'a_b', '.x'];
    const mounts = [...names.map((name) => ({ prefix: name === '' ? '/' : `/${name}/`, root: 'public', manifest: true })), { prefix: '/', host: 'a.example', root: 'public', manifest: true }];
    const site = await Site.with({ 'a.txt': 'a' }, mounts);
    await site.build();
    expect((await site.manifest()).mounts.map(({ directory }) => directory)).toEqual(['@root', 'root', 'a%2Fb', 'a_b', '%2Ex', '@root@a.example']);
  });

  it('may have a manifest elsewhere', async () => {
    const site = await Site.with({ 'a.txt': 'a' }, [{ prefix: '/static/', root: 'public', manifest: 'out/assets.json' }]);
    await site.build();
    expect(Object.keys((await site.manifest('out/assets.json')).mounts[0]?.files ?? {})).toEqual(['a.txt']);
    expect((await readdir(join(site.directory, 'out'))).sort()).toEqual(['assets.json', 'static']);
  });

  it('that moved do not keep the names of the old place', async () => {
    const site = await Site.with({ 'a.css': 'url(/static/b.png)', 'b.png': 'x' });
    await site.build();
    await rename(site.at(''), join(site.directory, 'elsewhere'));
    await mkdir(site.at(''));
    expect((await site.build()).mounts[0]).toMatchObject({ files: 0 });
  });
});
