/** Compiling TypeScript in a child process. Runs the built package: the child is a program of its own. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from '../../dist/config/bundle.js';

let project = '';
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'fastserve-bundle-')));
  await write({ 'node_modules/dep/package.json': '{"type":"module","exports":"./index.js"}', 'node_modules/dep/index.js': 'export default "dep";' });
});
afterEach(() => rm(project, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), content);
  }
}

async function load(name: string): Promise<Record<string, unknown>> {
  return (await import(/* @vite-ignore */ await bundle(join(project, name)))) as Record<string, unknown>;
}

describe('a bundle', () => {
  it('holds what the entry imports by relative path, types removed', async () => {
    await write({ 'app.ts': 'import { two } from "./lib/two.js"; export default (two as number) + 1;', 'lib/two.ts': 'export const two: number = 2;' });
    expect((await load('app.ts'))['default']).toBe(3);
  });

  it('leaves packages and built-in modules to Node', async () => {
    await write({ 'app.ts': 'import dep from "dep"; import { sep } from "path"; export default dep + sep;' });
    expect((await load('app.ts'))['default']).toBe('dep/');
  });

  it('compiles workspace packages, which are source although they look like packages', async () => {
    await write({ 'packages/kit/package.json': '{"name":"kit","type":"module","exports":"./kit.ts"}', 'packages/kit/kit.ts': 'export const kit = "kit" as string;' });
    await symlink('../packages/kit', join(project, 'node_modules/kit'));
    await write({ 'app.ts': 'export { kit as default } from "kit";' });
    expect((await load('app.ts'))['default']).toBe('kit');
  });

  it('keeps import.meta pointing at each source module, and leaves text alone', async () => {
    await write({
      'app.ts': 'import { inner } from "./lib/inner.ts";\nexport const text: string = "ü import.meta.url";\nexport const url = new URL("./t/", import.meta.url).href; export { inner };',
      'lib/inner.ts': 'export const inner = [import.meta.dirname, import.meta.filename];',
    });
    const module = await load('app.ts');
    expect(module['url']).toBe(pathToFileURL(join(project, 't/')).href);
    expect(module['inner']).toEqual([join(project, 'lib'), join(project, 'lib/inner.ts')]);
    expect(module['text']).toBe('ü import.meta.url');
  });

  it('imports fastserve from the running package, installed or not', async () => {
    await write({ 'app.ts': 'export const load = () => import("fastserve");' });
    const { readFile } = await import('node:fs/promises');
    const code = await readFile(fileURLToPath(await bundle(join(project, 'app.ts'))), 'utf8');
    expect(code).toContain(JSON.stringify(new URL('../../dist/index.js', import.meta.url).href).slice(1, -1));
  });

  it('lies in node_modules/.fastserve, under a name made from its content', async () => {
    await write({ 'app.ts': 'export default 1;' });
    const first = await bundle(join(project, 'app.ts'));
    expect(await bundle(join(project, 'app.ts'))).toBe(first);
    await write({ 'app.ts': 'export default 2;' });
    const second = await bundle(join(project, 'app.ts'));
    expect(second).not.toBe(first);
    expect(fileURLToPath(second).startsWith(join(project, 'node_modules/.fastserve/'))).toBe(true);
    expect(existsSync(fileURLToPath(first))).toBe(true);
  });

  it('lies in the temporary directory when the project has no node_modules', async () => {
    await rm(join(project, 'node_modules'), { recursive: true });
    await write({ 'app.ts': 'export default 1;' });
    expect(fileURLToPath(await bundle(join(project, 'app.ts')))).toMatch(new RegExp(`^${tmpdir()}/fastserve-\\d+/`));
    expect(existsSync(join(project, 'node_modules'))).toBe(false);
  });

  it('maps stacks to the source', async () => {
    await write({ 'app.ts': 'interface A { a: string }\n\nexport function fail(_: A): never {\n  throw new Error("here");\n}' });
    const { execFileSync } = await import('node:child_process');
    const code = `import(${JSON.stringify(await bundle(join(project, 'app.ts')))}).then((m) => m.fail()).catch((e) => console.log(e.stack))`;
    const output = execFileSync(process.execPath, ['--enable-source-maps', '-e', code], { encoding: 'utf8' });
    expect(output).toContain(`${join(project, 'app.ts')}:4:`);
  });
});

describe('a build error', () => {
  it('names file, line and message of a syntax error', async () => {
    await write({ 'app.ts': 'const a = 1;\nexport const b: = 3;' });
    await expect(bundle(join(project, 'app.ts'))).rejects.toMatchObject({
      code: 'FS_BUNDLE',
      message: `the TypeScript does not compile:\n  ${join(project, 'app.ts')}:2:17: Unexpected token`,
    });
  });

  it('names the message where the module asks for its own URL, which is read by a second parser', async () => {
    await write({ 'app.ts': 'export const here = import.meta.url;\nexport const b: = 3;' });
    await expect(bundle(join(project, 'app.ts'))).rejects.toMatchObject({
      message: `the TypeScript does not compile:\n  ${join(project, 'app.ts')}:2:17: Unexpected token`,
    });
  });

  it('names the import that leads nowhere', async () => {
    await write({ 'app.ts': 'import "./nope.ts";' });
    await expect(bundle(join(project, 'app.ts'))).rejects.toThrow(/app\.ts:1:8: Could not resolve '\.\/nope\.ts'/);
  });
});

describe('a build that was made before', () => {
  /** Old enough to be told from an edit that happens while it is read. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 120));
  const builds = async () => (await readdir(join(project, 'node_modules/.fastserve'))).filter((name) => name.endsWith('.build'));

  it('is used again without the compiler, until a source changes', async () => {
    await write({ 'app.ts': 'import { two } from "./lib/two.ts"; export default two;', 'lib/two.ts': 'export const two = 2 as number;' });
    await settled();
    const first = await bundle(join(project, 'app.ts'));
    expect(await builds()).toHaveLength(1);
    // Nothing but the memory leads to it: it was edited behind the compiler's back.
    await writeFile(fileURLToPath(first), 'export default "remembered";');
    expect((await load('app.ts'))['default']).toBe('remembered');
    await write({ 'lib/two.ts': 'export const two = 3 as number;' });
    expect((await load('app.ts'))['default']).toBe(3);
  });

  it('is not used when a file was added that an import finds first', async () => {
    await write({ 'app.ts': 'export { default } from "./page";', 'page/index.ts': 'export default "index" as string;' });
    await settled();
    expect((await load('app.ts'))['default']).toBe('index');
    await write({ 'page.ts': 'export default "file" as string;' });
    expect((await load('app.ts'))['default']).toBe('file');
  });

  it('is not used when package.json leads an import elsewhere', async () => {
    const leadTo = (file: string) => write({ 'package.json': JSON.stringify({ type: 'module', imports: { '#a': `./${file}` } }) });
    await write({ 'app.ts': 'export { default } from "#a";', 'one.ts': 'export default 1 as number;', 'two.ts': 'export default 2 as number;' });
    await leadTo('one.ts');
    await settled();
    expect((await load('app.ts'))['default']).toBe(1);
    await leadTo('two.ts');
    expect((await load('app.ts'))['default']).toBe(2);
  });

  it('is not kept when a source was touched while it was compiled', async () => {
    await write({ 'app.ts': 'export default 1 as number;' });
    const file = join(project, 'app.ts');
    await Promise.all([bundle(file), settled().then(() => utimes(file, new Date(), new Date()))]);
    expect(await builds()).toHaveLength(0);
  });
});
