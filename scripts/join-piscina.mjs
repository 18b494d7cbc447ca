/**
 * What is changed in Piscina on its way into the chunks: a plugin of the bundler. Each change says what it expects of Piscina's text, and
 * stops the build where that is not there any more.
 *
 *   its place     the file that its threads start with is looked for beside it; in a package it is dist/chunks/thread.cjs
 *   node:assert   is loaded for six conditions, and takes as long as a third of what a start does to begin a thread
 *   perf_hooks    likewise, for a clock; its histograms are for who asks for them (recordTiming)
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const directory = dirname(createRequire(import.meta.url).resolve('piscina'));

/** What runs in its threads. */
export const PISCINA_WORKER = join(directory, 'worker.js');

const PLACE = "(0, node_path_1.resolve)(__dirname, 'worker.js')";

const ASSERT = `
function assert(condition) {
  if (!condition) throw new Error('an invariant of the thread pool does not hold');
}
assert.notStrictEqual = (a, b) => assert(a !== b);
module.exports = assert;
`;

const PERF_HOOKS = `
exports.performance = { now: () => Number(process.hrtime.bigint()) / 1e6 };
exports.createHistogram = () => process.getBuiltinModule('node:perf_hooks').createHistogram();
`;

/** By the name of a module of Node: what takes its place. */
const REPLACED = { assert: ASSERT, perf_hooks: PERF_HOOKS };
/** Before the names of those that take the place of Node's. */
const MADE = 'piscina:';
const CHANGE_THIS = 'Change scripts/join-piscina.mjs.';

const replaced = new Set();

export const piscina = {
  name: 'piscina',
  buildStart: () => replaced.clear(),
  resolveId: (id) => (id.startsWith(MADE) ? `\0${id}.cjs` : null),
  load: (id) => (id.startsWith(`\0${MADE}`) ? REPLACED[id.slice(MADE.length + 1, -'.cjs'.length)] : null),
  transform(code, id) {
    if (!id.startsWith(directory)) return null;
    if (id === join(directory, 'index.js') && !code.includes(PLACE)) throw new Error(`Piscina does not look for its threads' file as it did: ${PLACE}. ${CHANGE_THIS}`);
    return Object.keys(REPLACED).reduce(withoutModule, code.replace(PLACE, 'new URL($own + "chunks/thread.cjs")'));
  },
  buildEnd(error) {
    const unused = Object.keys(REPLACED).filter((name) => !replaced.has(name));
    if (error === undefined && unused.length > 0) throw new Error(`Piscina does not load ${unused.join(', ')} as it did. ${CHANGE_THIS}`);
  },
};

function withoutModule(text, name) {
  const call = `require("node:${name}")`;
  if (text.includes(call)) replaced.add(name);
  return text.replace(call, `require("${MADE}${name}")`);
}
