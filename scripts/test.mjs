/**
 * `npm test`: everything that must hold. Builds what is missing, checks layers, generated files and types, runs the C++
 * tests and the TypeScript tests, and ends with the times of all that and one line that counts the tests.
 *
 *   --sanitize       runs the C++ tests under ASan + UBSan, and those with threads under TSan as well, instead of plainly
 *   --battery FILE   aims the black-box battery at a server, too: its run.py
 *   --cache-suite    and the public tests of HTTP caches
 *
 * DESIGN: tests of a server mostly wait, compilers never do, so they run beside each other. Compilers give way (nice): a test finds
 * the machine as if it were alone. Few failed files run once more when everything else has ended.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stages } from './stages.mjs';
import { runVitest } from './vitest-run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: { sanitize: { type: 'boolean', default: false }, battery: { type: 'string' }, 'cache-suite': { type: 'boolean', default: false } },
});
const stages = new Stages(root);
const total = { passed: 0, failed: 0 };

/** A stage that counts as one test. */
async function step(title, command, args) {
  const { ok } = await stages.run(title, command, args);
  ok ? total.passed++ : total.failed++;
}

const script = (title, ...args) => step(title, process.execPath, args);
const tsc = (title, project) => script(title, 'node_modules/typescript/bin/tsc', '-p', project);

/** C++ tests, compiled and run. */
async function native(title, variables) {
  const make = (target) => ['make', '-s', `-j${availableParallelism()}`, '-C', 'test/native', target, 'UNITY=1', ...variables];
  const built = await stages.run(`${title}: compiling`, 'nice', ['-n', '19', ...make('build')]);
  if (!built.ok) return void total.failed++;
  const [command, ...args] = make('run');
  const { ok, output } = await stages.run(title, command, args);
  const counts = /native: (\d+) passed, (\d+) failed/.exec(output);
  total.passed += Number(counts?.[1] ?? 0);
  total.failed += Number(counts?.[2] ?? 0) || (ok ? 0 : 1);
}

async function nativeTests() {
  if (!options.sanitize) return native('C++ tests', []);
  await native('C++ tests under ASan and UBSan', ['SANITIZE=address']);
  await native('threaded C++ tests under TSan', ['SANITIZE=thread', 'ONLY=threaded']);
}

/** More files than this do not fail by chance. */
const MOST_AGAIN = 4;

/** How many tests failed, and in which files. */
async function typescriptTests() {
  const { passed, failed, failedFiles } = await runVitest(stages, 'TypeScript tests');
  total.passed += passed;
  total.failed += failed;
  return { failed, files: failedFiles };
}

/** What failed beside compilers may have wanted for a processor: it must hold with the machine for itself, and is named either way. */
async function again({ failed, files }) {
  if (files.length === 0 || files.length > MOST_AGAIN) return;
  const alone = await runVitest(stages, 'TypeScript tests that failed, alone', files);
  if (alone.failed > 0) return;
  total.failed -= failed;
  total.passed += failed;
  console.log(`\nFAILED AT FIRST, passed alone: ${files.map((file) => relative(root, file)).join(', ')}`);
}

async function checks() {
  await tsc('types of tests and examples', 'tsconfig.test.json');
  await script('layers', 'scripts/check-layers.mjs');
  await script('media types are up to date', 'scripts/generate-mime-table.mjs', '--check');
}

/** Of the built package, from outside. Before the TypeScript tests: what they measure are times, and compilers fill their waits. */
async function blackBox() {
  const battery = options.battery === undefined ? null : script('black-box battery', '.ci/battery.mjs', options.battery);
  const caches = options['cache-suite'] ? step('public tests of HTTP caches', '.ci/cache-suite', []) : null;
  await Promise.all([battery, caches]);
}

async function builtPackage() {
  if (!existsSync(join(root, 'build/Release/fastserve.node'))) await script('native addon', 'scripts/install.mjs');
  await tsc('types and build', 'tsconfig.json');
  await script('joined modules', 'scripts/join-modules.mjs');
  await blackBox();
  const [, failures] = await Promise.all([checks(), typescriptTests()]);
  return failures;
}

const [, failures] = await Promise.all([nativeTests(), builtPackage()]);
await again(failures);
console.log(`\n${stages.table()}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
