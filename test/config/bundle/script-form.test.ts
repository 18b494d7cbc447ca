/** The form of a compiled application for require(): who has it, and what it keeps. Runs the built package: the compiler is a program of its own. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Bundler, scriptUrl } from '../../../dist/config/bundle.js';

const NAME = 'app.require.cjs';

const bundler = new Bundler();
let project = '';
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'fastserve-script-form-')));
  await write({ 'node_modules/dep/package.json': '{"type":"module","exports":"./index.js"}', 'node_modules/dep/index.js': 'export default "dep";' });
  return () => rm(project, { recursive: true });
});
afterAll(() => bundler.close());

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), content);
  }
}

/** The URL for workers of an application with this text. */
async function urlOf(text: string): Promise<string> {
  await write({ 'app.ts': text });
  return scriptUrl((await bundler.build(join(project, 'app.ts'))).url);
}

/** What the form for require() exports. */
async function required(text: string): Promise<Record<string, unknown>> {
  const url = await urlOf(text);
  expect(url).toMatch(NAME);
  return createRequire(url)(fileURLToPath(url)) as Record<string, unknown>;
}

describe('an application has the form for require()', () => {
  it('when it imports nothing but this package and modules of Node', async () => {
    const text = 'import { NotFound } from "fastserve"; import { createServer } from "fastserve/node"; import fs, { existsSync } from "node:fs"; import * as path from "path";';
    const { default: found } = await required(`${text} export default [NotFound.name, typeof createServer, fs.existsSync === existsSync, path.posix.sep];`);
    expect(found).toEqual(['NotFound', 'function', true, '/']);
  });

  it('with what it imports by relative path in it', async () => {
    await write({ 'lib/two.ts': 'export const two: number = 2;' });
    expect((await required('import { two } from "./lib/two.ts"; export default two + 1;'))['default']).toBe(3);
  });

  it('when its texts and comments name what the forms differ in', async () => {
    expect((await required('/** A module that require()s nothing. */\nexport default "import.meta, import(x), __dirname";'))['default']).toContain('__dirname');
  });
});

describe('that form', () => {
  it('has the classes that the other form has', async () => {
    const { default: one } = await required('export { HttpError as default } from "fastserve";');
    const other = (await import(/* @vite-ignore */ (await bundler.build(join(project, 'app.ts'))).url)) as { default: unknown };
    expect(one).toBe(other.default);
  });

  it('is strict, as ES modules are', async () => {
    expect((await required('export default (function (this: unknown) { return this; })() === undefined;'))['default']).toBe(true);
  });

  it('keeps import.meta pointing at each source module', async () => {
    await write({ 'lib/inner.ts': 'export const inner = [import.meta.dirname, import.meta.filename];' });
    const { default: found } = await required('import { inner } from "./lib/inner.ts"; export default inner;');
    expect(found).toEqual([join(project, 'lib'), join(project, 'lib/inner.ts')]);
  });

  it('maps stacks to the source', async () => {
    const url = await urlOf('interface A { a: string }\n\nexport function fail(_: A): never {\n  throw new Error("here");\n}');
    expect(url).toMatch(NAME);
    const code = `try { require(${JSON.stringify(fileURLToPath(url))}).fail() } catch (e) { console.log(e.stack) }`;
    expect(execFileSync(process.execPath, ['--enable-source-maps', '-e', code], { encoding: 'utf8' })).toContain(`${join(project, 'app.ts')}:4:`);
  });
});

describe('an application keeps its one form', () => {
  it.each([
    ['when it imports a package', 'import dep from "dep"; export default dep;'],
    ['when it waits at its top level', 'export default await Promise.resolve(1);'],
    ['when it imports later', 'export default () => import("node:fs");'],
    ['when it imports by a computed name', 'export default (name: string) => import(name);'],
    ['when it asks import.meta for more than its place', 'export default import.meta.resolve("node:fs");'],
    ['when it looks for require()', 'export default typeof require;'],
    ['when it looks for what CommonJS gives to a module', 'declare const __filename: unknown; export default typeof __filename;'],
  ])('%s', async (_when, text) => {
    expect(await urlOf(text)).toMatch(/app\.mjs$/);
  });
});
