/**
 * A copy of the package whose addon is built with ASan and UBSan, in build/sanitized: the sources by links, dist/ and scripts/ copied,
 * the addon compiled when it is older than its sources. `npm run build:ts` comes first.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = join(root, 'build', 'sanitized');

/**
 * What the sanitizers are told. Leaks of Node itself at its end are not ours to judge; what is found ends the process; freed
 * memory is kept back in a measure that leaves room to judge the server's own.
 */
const OPTIONS = { ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:quarantine_size_mb=32', UBSAN_OPTIONS: 'halt_on_error=1:abort_on_error=1:print_stacktrace=1' };

/** @returns {{ directory: string, environment: object }} the copy, and what a process needs that loads its addon */
export function sanitizedPackage() {
  mkdirSync(copy, { recursive: true });
  for (const name of ['native', 'binding.gyp', 'package.json', 'node_modules', '.ci']) {
    if (!existsSync(join(copy, name))) symlinkSync(join(root, name), join(copy, name));
  }
  // Copied: scripts/native-sources.mjs writes beside itself.
  for (const name of ['dist', 'scripts']) cpSync(join(root, name), join(copy, name), { recursive: true, dereference: true });
  build();
  return { directory: copy, environment: { ...OPTIONS, LD_PRELOAD: libraryOf('libasan.so') } };
}

function build() {
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
  const step = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [nodeGyp, ...headers, ...args], { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status === 0) return;
    process.stderr.write(`${stdout}${stderr}`);
    throw new Error('the addon did not compile with sanitizers; the output is above');
  };
  step('configure', '--', '-Dsanitize=address');
  step('build', `--jobs=${process.env.JOBS ?? availableParallelism()}`);
}

/** The compiler's own copy of a library. CXX may have a launcher in front: "ccache g++". */
function libraryOf(name) {
  const [command, ...args] = (process.env.CXX ?? 'g++').split(' ');
  return execFileSync(command, [...args, `-print-file-name=${name}`], { encoding: 'utf8' }).trim();
}
