/**
 * Makes uWebSockets.js loadable. Its prebuilt Linux binary asks for symbols of glibc 2.38; where the C library is older, a
 * copy under .cache/ gets that version marked weak and a small preloaded library supplies the symbols. Nothing in
 * node_modules is changed, and the copy is made again when the binary or the C library changes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { weakenVersionNeeds } from './version-needs.mjs';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(BENCH, '.cache', 'uws');
const SHIM_SOURCE = fileURLToPath(new URL('isoc23.c', import.meta.url));

/**
 * @returns {{ binary: string, env: Record<string, string> } | { reason: string }} the file to load and what its process needs
 *   in its environment, or why it cannot run here. Synchronous: compiles and probes when the cache is cold.
 */
export function prepareUws() {
  const binary = publishedBinary();
  if (!existsSync(binary)) {
    return { reason: `no binary for this Node and platform (looked for ${relative(binary)}): run "npm ci" in bench/, or use Node 20, 22 or 24 on linux x64 or arm64` };
  }
  const key = createHash('sha256').update(readFileSync(binary)).update(readFileSync(SHIM_SOURCE)).update(glibcVersion()).digest('hex');
  const cached = readCache(key);
  if (cached !== null) return cached;
  const found = probe(binary, {}) === null ? { binary, env: {} } : patchedCopy(binary);
  if (!('reason' in found)) writeCache(key, found);
  return found;
}

function publishedBinary() {
  const name = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  return join(BENCH, 'node_modules', 'uWebSockets.js', name);
}

function glibcVersion() {
  return process.report.getReport().header.glibcVersionRuntime ?? 'none';
}

/** The patched copy and its preload, or the reason why there is none. */
function patchedCopy(published) {
  mkdirSync(CACHE, { recursive: true });
  const shim = join(CACHE, 'isoc23.so');
  const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', shim, SHIM_SOURCE], { encoding: 'utf8' });
  if (built.error !== undefined) return { reason: 'the C compiler "cc" is missing (Debian package gcc); it builds the library that older C libraries need' };
  if (built.status !== 0) return { reason: `cc failed: ${firstLine(built.stderr)}` };
  const object = readFileSync(published);
  weakenVersionNeeds(object, (version) => isNewerThan(version, glibcVersion()));
  const copy = join(CACHE, 'uws.node');
  writeFileSync(`${copy}.new`, object);
  renameSync(`${copy}.new`, copy);
  const env = { LD_PRELOAD: shim };
  const failure = probe(copy, env);
  return failure === null ? { binary: copy, env } : { reason: `the patched binary does not load: ${failure}` };
}

/** null when a fresh process loads the binary, else the first line of what it said. */
function probe(binary, env) {
  try {
    execFileSync(process.execPath, ['-e', 'require(process.argv[1]).App()', binary], { env: { ...process.env, ...env }, stdio: 'pipe' });
    return null;
  } catch (error) {
    const said = String(error.stderr ?? error.message);
    return firstLine(said.split('\n').find((line) => line.startsWith('Error')) ?? said);
  }
}

/** Whether "GLIBC_2.38" is beyond the running "2.36". Other names are never. */
function isNewerThan(version, running) {
  const asked = /^GLIBC_(\d+)\.(\d+)/.exec(version);
  const have = /^(\d+)\.(\d+)/.exec(running);
  if (asked === null || have === null) return false;
  const majors = Number(asked[1]) - Number(have[1]);
  return majors !== 0 ? majors > 0 : Number(asked[2]) > Number(have[2]);
}

function readCache(key) {
  try {
    const cached = JSON.parse(readFileSync(join(CACHE, 'prepared.json'), 'utf8'));
    return cached.key === key && existsSync(cached.found.binary) ? cached.found : null;
  } catch {
    return null;
  }
}

function writeCache(key, found) {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, 'prepared.json'), JSON.stringify({ key, found }));
}

function firstLine(text) {
  return text.trim().split('\n', 1)[0].slice(0, 200);
}

function relative(path) {
  return path.replace(BENCH, 'bench/');
}
