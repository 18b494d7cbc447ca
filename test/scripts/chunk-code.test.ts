/** What becomes of the bundler's text on its way into a chunk. */
import { expect, test } from 'vitest';
import { chunkCode } from '../../scripts/chunk-code.mjs';

/** Compiles and runs a chunk as src/boot/chunk.ts does. */
function run(code: string, node: object, importModule: unknown = undefined): Record<string, unknown> {
  const exports = {};
  // The text is what the function under test made.
  (0, eval)(chunkCode('x.cjs', code).code)(exports, () => ({}), { exports }, 'file:///dist/', importModule, node);
  return exports;
}

test('a module of Node is asked for when it is used, not before', () => {
  const asked: string[] = [];
  const node = { get fs_promises() { return asked.push('fs/promises'), { stat: () => 'found' }; } };
  const { look } = run('let node_fs_promises = require("node:fs/promises");\nexports.look = () => (0, node_fs_promises.stat)("x");', node) as { look: () => string };
  expect(asked).toEqual([]);
  expect(look()).toBe('found');
  expect(asked).toEqual(['fs/promises']);
});

test('names of properties stay, whatever the variables are called', () => {
  const { answer } = run('let node_os = require("node:os");\nconst x = { node_os: 1 };\nexports.answer = x.node_os + x["node_os"] + node_os.y;', { os: { y: 5 } });
  expect(answer).toBe(7);
});

test('a module that is imported whole is loaded at once', () => {
  expect(chunkCode('x.cjs', 'let node_zlib = require("node:zlib");\nnode_zlib = wrap(node_zlib);').builtins).toEqual([]);
});

test('so is one that a package in CommonJS asks for', () => {
  const { look } = run('const wrapped = (out) => {\nconst node_os_1 = require("node:os");\nout.look = () => node_os_1.arch;\n};\nwrapped(exports);', { os: { arch: 'x' } }) as { look: () => string };
  expect(look()).toBe('x');
});

test('says which modules of Node it needs', () => {
  expect(chunkCode('x.cjs', 'let node_fs = require("node:fs");\nlet other = require("piscina");\nnode_fs.x;').builtins).toEqual(['fs']);
});

test('import() is lent, and text about it stays', () => {
  const { load, text } = run('exports.load = () => import("x");\nexports.text = "import(x)";', {}, (name: string) => `lent ${name}`) as { load: () => string; text: string };
  expect(load()).toBe('lent x');
  expect(text).toBe('import(x)');
});

test('the file is ASCII and means the same', () => {
  expect(chunkCode('x.cjs', 'exports.x = "é😀";').code).toMatch(/^[\0-\x7f]*$/);
  expect(run('exports.x = "é😀"; exports.y = /[à-ü]/.test("é");', {})).toEqual({ x: 'é😀', y: true });
});

test('a class that the bundler has renamed is refused', () => {
  expect(() => chunkCode('x.cjs', 'class Signer$1 {}')).toThrow(/x\.cjs: two classes of one chunk are called Signer\. Rename one of them/);
});

test('what does not compile is refused', () => {
  expect(() => chunkCode('x.cjs', 'await 1;')).toThrow(SyntaxError);
});
