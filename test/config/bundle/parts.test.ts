/** Builds in parts: what changes its name, and what does not. Runs the built package: the compiler is a program of its own. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bundle, Bundler } from '../../../dist/config/bundle.js';

const SITE = {
  'app.ts': "import { two } from './two.ts';\nimport { three } from './lib/three.ts';\nexport default (): number => two + three;\n",
  'two.ts': "import { one } from './one.ts';\nexport const two: number = one + 1;\n",
  'one.ts': 'export const one = 1;\nexport const unused = 0;\n',
  'lib/three.ts': 'export const three = 3;\n',
};

const bundler = new Bundler();
let project = '';
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'fastserve-parts-')));
  await mkdir(join(project, 'node_modules'));
  await write(SITE);
  return () => rm(project, { recursive: true });
});
afterAll(() => bundler.close());

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), content);
  }
}

const build = (): Promise<Bundle> => bundler.build(join(project, 'app.ts'), { inParts: true });
const load = async (url: string): Promise<{ default: () => unknown }> => (await import(/* @vite-ignore */ url)) as { default: () => unknown };

/** Names of sources whose part is another one now. */
function changed(before: Bundle, after: Bundle): string[] {
  const known = new Set(before.parts.map(({ file }) => file));
  return after.parts.filter(({ file }) => !known.has(file)).flatMap(({ sources }) => sources.map((source) => source.slice(project.length + 1))).sort();
}

describe('a build in parts', () => {
  it('runs as the sources do', async () => {
    const { url } = await build();
    expect((await load(url)).default()).toBe(5);
  });

  it('names anew what changed and what imports it, and nothing else', async () => {
    const before = await build();
    await write({ 'two.ts': "import { one } from './one.ts';\nexport const two: number = one + 41;\n" });
    const after = await build();
    expect(changed(before, after)).toEqual(['app.ts', 'two.ts']);
    expect((await load(after.url)).default()).toBe(45);
  });

  it('leaves a module as it is when an importer begins to use more of it', async () => {
    const before = await build();
    await write({ 'two.ts': "import { one, unused } from './one.ts';\nexport const two: number = one + unused;\n" });
    expect(changed(before, await build())).toEqual(['app.ts', 'two.ts']);
  });

  it('names a module anew whose comments changed, for its lines are others', async () => {
    const before = await build();
    await write({ 'lib/three.ts': '// the third\nexport const three = 3;\n' });
    expect(changed(before, await build())).toEqual(['app.ts', 'lib/three.ts']);
  });

  it('makes one part of sources that import each other', async () => {
    await write({ 'one.ts': "import { two } from './two.ts';\nexport const one = 1;\nexport const later = () => two;\n" });
    const { url, parts } = await build();
    const circle = parts.find(({ sources }) => sources.length === 2);
    expect(circle?.sources).toEqual(expect.arrayContaining([join(project, 'one.ts'), join(project, 'two.ts')]));
    expect((await load(url)).default()).toBe(5);
  });

  it('has CommonJS, JSON and what is imported later', async () => {
    await write({
      'app.ts': "import common from './common.cjs';\nimport data from './data.json' with { type: 'json' };\nexport default async () => [common.name, data.name, (await import('./later.ts')).name];\n",
      'common.cjs': "exports.name = 'common';\n",
      'data.json': '{ "name": "data" }',
      'later.ts': "export const name: string = 'later';\n",
    });
    const { url } = await build();
    expect(await (await load(url)).default()).toEqual(['common', 'data', 'later']);
  });
});
