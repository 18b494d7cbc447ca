/**
 * Code of the documents has the types that it shows. Blocks are pieces: names that they do not define are any, and names that this
 * package exports are imported; a list of configuration keys is one for defineConfig(). Everything else must hold as it stands.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fastserve from 'fastserve';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Block, blocksOf, ROOT } from './blocks.ts';

const blocks = blocksOf('ts');
/** Names that a piece does not define: no such name, in a shorthand property, near another one; modules of the reader's. */
const OF_THE_READER = new Set(['TS2304', 'TS18004', 'TS2552', 'TS2307']);
const KEY = /^(?=\w+: )/gm;
const OPTIONS = {
  strict: true, module: 'nodenext', target: 'es2024', lib: ['es2024'], types: ['node'], noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true,
};

let directory: string;
let complaints: string[];

beforeAll(async () => {
  // Beside the tests, so that packages are found.
  directory = await mkdtemp(fileURLToPath(new URL('./guide-blocks-', import.meta.url)));
  await mkdir(join(directory, 'blocks'));
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['blocks/*.ts'] }));
  await Promise.all(blocks.map((block) => writeFile(join(directory, 'blocks', `${nameOf(block)}.ts`), complete(block.text))));
  complaints = (await compile(directory)).split('\n').filter((line) => !OF_THE_READER.has(/error (TS\d+):/.exec(line)?.[1] ?? 'TS2304'));
}, 120_000);

afterAll(async () => rm(directory, { recursive: true, force: true }));

it('finds the blocks', () => {
  expect(blocks.length).toBeGreaterThan(50);
});

it.each(blocks.map((block) => [`${block.file}:${block.line}`, block] as const))('the code at %s has the types that it shows', (_place, block) => {
  expect(complaints.filter((line) => line.startsWith(`blocks/${nameOf(block)}.ts`))).toEqual([]);
});

it.each(blocksOf('json').map(({ file, line, text }) => [`${file}:${line}`, text]))('the JSON at %s parses', (_place, text) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

function nameOf({ file, line }: Block): string {
  return `${file.replaceAll(/[/.]/g, '-')}-${line}`;
}

/** A module of the piece. It stays in its lines but for the imports, which go before the first one. */
function complete(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('//')) ?? '';
  const body = /^\w+: /.test(first) ? `({});${text.replace(KEY, '}); defineConfig({ ').replace('});', '')}\n});` : text;
  const named = (name: string): boolean => new RegExp(`(?<![.\\w'"])${name}\\b(?!')`).test(body);
  const missing = Object.keys(fastserve).filter((name) => named(name) && !defines(body, name));
  return `import { ${missing.join(', ')} } from 'fastserve'; ${body}\nexport {};\n`;
}

/** Whether the piece imports or declares a name. */
function defines(body: string, name: string): boolean {
  const imports = [...body.matchAll(/import (?:type )?\{([^}]*)\}/g)].flatMap(([, list = '']) => list.split(',').map((each) => each.trim().split(/\s+/).at(-1)));
  return imports.includes(name) || new RegExp(`(?:const|let|function|class|type|interface) ${name}\\b`).test(body);
}

/** What the compiler says, whatever its exit code. */
function compile(project: string): Promise<string> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => execFile(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { cwd: project }, (_error, stdout) => resolve(stdout)));
}
