import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-load-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

describe('without a configuration file', () => {
  it('serves public/ at the root', async () => {
    await write({ 'public/index.html': 'hi' });
    expect((await loadConfig(directory)).config).toEqual({ static: [{ prefix: '/', root: 'public', fallthrough: false, manifest: true }] });
  });

  it.each(['app.ts', 'app.js', 'app.mjs', 'app/index.ts', 'app/index.js'])('takes %s as the application', async (name) => {
    await write({ [name]: '' });
    expect((await loadConfig(directory)).config).toEqual({ static: [], app: `./${name}` });
  });

  it('gives what is no file to the application', async () => {
    await write({ 'app.ts': '', 'public/index.html': 'hi' });
    expect((await loadConfig(directory)).config).toEqual({ app: './app.ts', static: [{ prefix: '/', root: 'public', fallthrough: true, manifest: true }] });
  });

  it('blames a misspelt key of the file before it says that there is nothing to serve', async () => {
    await write({ 'fastserve.config.json': '{ "lissten": 8080 }' });
    await expect(loadConfig(directory)).rejects.toThrow(/lissten.*listen/s);
  });

  it('says what it looked for when there is nothing', async () => {
    await expect(loadConfig(directory)).rejects.toThrow(
      'there is nothing to serve: no configuration (fastserve.config.ts, fastserve.config.mts, fastserve.config.js, fastserve.config.mjs, fastserve.config.json), ' +
        'no application (app.ts, app.js, app.mjs, app/index.ts, app/index.js, app/index.mjs) and no public/ directory. Add one of them, or give another directory.',
    );
  });

  it('refuses a directory that is not there', async () => {
    await expect(loadConfig(join(directory, 'no'))).rejects.toThrow('there is no directory at');
  });
});

describe('with a configuration file', () => {
  it('reads JSON', async () => {
    await write({ 'fastserve.config.json': '{"listen": 1, "app": "x.js"}' });
    expect(await loadConfig(directory)).toEqual({ config: { listen: 1, app: 'x.js' }, directory, source: join(directory, 'fastserve.config.json'), file: join(directory, 'fastserve.config.json') });
  });

  it('reads the default export of a module', async () => {
    await write({ 'fastserve.config.mjs': 'export default { app: "./x.js", workers: 3 };' });
    expect((await loadConfig(directory)).config).toEqual({ app: './x.js', workers: 3 });
  });

  it('keeps the conventional places when the file names none', async () => {
    await write({ 'fastserve.config.json': '{"listen": 1}', 'app.js': '', 'public/a': '' });
    expect((await loadConfig(directory)).config).toEqual({ listen: 1, app: './app.js', static: [{ prefix: '/', root: 'public', fallthrough: true, manifest: true }] });
  });

  it('leaves out the conventional places when the file names one', async () => {
    await write({ 'fastserve.config.json': '{"app": "other.js"}', 'app.js': '', 'public/a': '' });
    expect((await loadConfig(directory)).config).toEqual({ app: 'other.js' });
  });

  it('needs no conventional place where the file has proxied prefixes', async () => {
    await write({ 'fastserve.config.json': '{"proxy": []}' });
    expect((await loadConfig(directory)).config).toEqual({ proxy: [] });
  });

  it('takes another file, and its directory for relative paths', async () => {
    await write({ 'conf/site.json': '{"app": "x.js"}' });
    expect(await loadConfig(directory, join(directory, 'conf/site.json'))).toMatchObject({ directory: join(directory, 'conf'), config: { app: 'x.js' } });
  });

  it('refuses two files', async () => {
    await write({ 'fastserve.config.json': '{}', 'fastserve.config.mjs': '' });
    await expect(loadConfig(directory)).rejects.toThrow('has fastserve.config.mjs and fastserve.config.json, and only one can hold. Remove the other, or choose with --config.');
  });

  it('refuses broken JSON', async () => {
    await write({ 'fastserve.config.json': '{"listen": }' });
    await expect(loadConfig(directory)).rejects.toThrow(/fastserve\.config\.json: is no valid JSON: .+/);
  });

  it('refuses a module without default export', async () => {
    await write({ 'fastserve.config.mjs': 'export const config = {};' });
    await expect(loadConfig(directory)).rejects.toThrow('has no default export. Write: export default defineConfig({ ... }).');
  });

  it('shows the error that a module threw, with its stack', async () => {
    await write({ 'fastserve.config.mjs': 'throw new Error("no database");' });
    await expect(loadConfig(directory)).rejects.toThrow(/could not be loaded\. It threw:\nError: no database\n\s+at .*fastserve\.config\.mjs:1/);
  });

  it('refuses a file that is not there', async () => {
    await expect(loadConfig(directory, join(directory, 'no.json'))).rejects.toThrow('--config: there is no file at');
  });
});
