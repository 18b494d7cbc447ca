/**
 * The package's `install` script: makes sure that there is a native addon for this machine.
 * A prebuilt or already built one that loads is kept; otherwise the addon is compiled here. No network is used when the
 * running Node brings its headers (<prefix>/include/node), as official and distribution packages do.
 * FASTSERVE_WERROR=1: a warning of the compiler is an error.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const platform = `${process.platform}-${process.arch}`;
const SUPPORTED = ['linux-x64', 'linux-arm64'];
const CANDIDATES = [`prebuilds/${platform}/fastserve.node`, 'build/Release/fastserve.node'];

/** Relative path of the first addon that loads in this Node, or undefined. */
function findWorkingAddon() {
  return CANDIDATES.find((path) => existsSync(join(root, path)) && loads(join(root, path)));
}

/** In a process of its own: a broken binary may crash whoever loads it. */
function loads(path) {
  return spawnSync(process.execPath, ['-e', 'require(process.argv[1])', path], { stdio: 'ignore' }).status === 0;
}

function fail(...lines) {
  console.error(['fastserve:', ...lines].join(lines.length > 1 ? '\n  ' : ' '));
  process.exit(1);
}

/** Names of build tools that are missing. */
function missingTools() {
  const compiler = process.env.CXX?.split(' ')[0] || 'g++';
  return [compiler, 'make', 'python3'].filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined);
}

/** Where this Node keeps its headers; undefined: node-gyp downloads them. */
function headersDirectory() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined;
}

function build() {
  const nodeGyp = require.resolve('node-gyp/bin/node-gyp.js');
  const nodedir = headersDirectory();
  const options = ['rebuild', '--release', '--jobs=max', ...(nodedir === undefined ? [] : [`--nodedir=${nodedir}`])];
  if (process.env.FASTSERVE_WERROR === '1') options.push('--', '-Dwerror=true');
  console.log(`fastserve: compiling the native addon for ${platform} (${nodedir === undefined ? 'headers from nodejs.org' : `headers from ${nodedir}`})`);
  const began = Date.now();
  const result = spawnSync(process.execPath, [nodeGyp, ...options], { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    fail('the native addon did not compile; the compiler\'s output is above.', 'A C++20 compiler is needed (g++ 12 or newer).');
  }
  return (Date.now() - began) / 1000;
}

function main() {
  const ready = findWorkingAddon();
  if (ready !== undefined) return console.log(`fastserve: using ${ready}`);
  if (!SUPPORTED.includes(platform)) {
    fail(`this platform (${platform}) is not supported.`, `Supported are ${SUPPORTED.join(' and ')}.`);
  }
  const missing = missingTools();
  if (missing.length > 0) {
    fail(
      `there is no ready addon for ${platform}, and to compile one ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      'Debian, Ubuntu: apt install g++ make python3',
      'Fedora: dnf install gcc-c++ make python3; Alpine: apk add g++ make python3',
    );
  }
  const seconds = build();
  const built = findWorkingAddon();
  if (built === undefined) fail('the addon was compiled but does not load. Run: node -e "require(\'./build/Release/fastserve.node\')"');
  console.log(`fastserve: built ${built} in ${seconds.toFixed(0)} s`);
}

main();
