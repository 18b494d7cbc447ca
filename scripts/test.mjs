/**
 * `npm test`: everything that must hold. Builds what is missing, checks layers, generated files and types, runs the C++
 * tests and the TypeScript tests, and ends with one line that counts both.
 *
 *   --sanitize   runs the C++ tests under ASan + UBSan, and those with threads under TSan as well, instead of plainly
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sanitize = process.argv.includes('--sanitize');
const jobs = `-j${availableParallelism()}`;
const total = { passed: 0, failed: 0 };

/** Runs a command with its output shown; returns its output when `capture`. */
function run(command, args, { capture = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (capture) process.stdout.write(result.stdout ?? '');
  return { ok: result.status === 0, output: result.stdout ?? '' };
}

function step(title, command, args) {
  console.log(`\n== ${title}`);
  const { ok } = run(command, args);
  ok ? total.passed++ : total.failed++;
}

function native(title, variables) {
  console.log(`\n== ${title}`);
  const { ok, output } = run('make', ['-s', jobs, '-C', 'test/native', 'run', ...variables], { capture: true });
  const counts = /native: (\d+) passed, (\d+) failed/.exec(output);
  total.passed += Number(counts?.[1] ?? 0);
  total.failed += Number(counts?.[2] ?? (ok ? 0 : 1));
  if (!ok && counts?.[2] === '0') total.failed++;
}

function typescript() {
  console.log('\n== TypeScript tests');
  const directory = mkdtempSync(join(tmpdir(), 'fastserve-vitest-'));
  const report = join(directory, 'report.json');
  const { ok } = run(process.execPath, [
    'node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ]);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 1 };
  rmSync(directory, { recursive: true });
  total.passed += counts.numPassedTests;
  total.failed += counts.numFailedTests || (ok ? 0 : 1);
}

if (!existsSync(join(root, 'build/Release/fastserve.node'))) step('native addon', process.execPath, ['scripts/install.mjs']);
step('types and build', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
step('types of tests and examples', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json']);
step('layers', process.execPath, ['scripts/check-layers.mjs']);
step('media types are up to date', process.execPath, ['scripts/generate-mime-table.mjs', '--check']);
if (sanitize) {
  native('C++ tests under ASan and UBSan', ['SANITIZE=address', 'UNITY=1']);
  native('threaded C++ tests under TSan', ['SANITIZE=thread', 'ONLY=threaded', 'UNITY=1']);
} else {
  native('C++ tests', ['UNITY=1']);
}
typescript();

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
