/**
 * The machine that the figures belong to: which cores are used, and what a reader must know to judge them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

/** @returns {string | null} what is missing for a run at all, with what to install */
export function missingTools() {
  if (process.platform !== 'linux') return 'the bench reads /proc and pins with taskset: it runs on Linux only';
  if (cpus().length < 2) return 'the bench needs two cores: one for the server, one for the client';
  if (spawnSync('wrk', ['-v']).error !== undefined) return 'wrk is missing: install the Debian package wrk';
  if (spawnSync('taskset', ['-V']).error !== undefined) return 'taskset is missing: install the Debian package util-linux';
  return null;
}

/** How many descriptors one process may have. Node raises its own soft limit to the hard one. */
export function descriptorLimit() {
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))[1]);
}

/** Facts for the report. Values that cannot be found are null. */
export function describeMachine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    system: osName(),
    node: process.version,
    nginx: firstMatch('nginx', ['-v'], /nginx\/([\d.]+)/),
    wrk: firstMatch('wrk', ['-v'], /wrk (?:debian\/)?([\d.]+)/),
    fastify: packageVersion('fastify'),
    uws: packageVersion('uWebSockets.js'),
    commit: commit(),
  };
}

function osName() {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))[1];
  } catch {
    return null;
  }
}

function firstMatch(command, args, pattern) {
  const run = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  return pattern.exec(`${run.stdout}${run.stderr}`)?.[1] ?? null;
}

function packageVersion(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
  } catch {
    return null;
  }
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: new URL('..', import.meta.url), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
