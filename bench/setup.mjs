/**
 * Prepares the peers: `node bench/setup.mjs`. Installs bench/'s own packages when they are missing and makes uWebSockets.js
 * loadable. A peer that cannot be prepared is named with its reason and skipped by the run; that is no failure (exit 0).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVERS, loadServer } from './servers/index.mjs';

const BENCH = fileURLToPath(new URL('.', import.meta.url));

/** Runs `npm ci` in bench/ unless its packages are there. Failure is reported, not thrown: some servers need no package. */
export function installPeers() {
  if (existsSync(new URL('node_modules/.package-lock.json', import.meta.url))) return;
  console.log('installing the peers (npm ci in bench/)');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: BENCH, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (npm.status !== 0) console.error(`npm ci in bench/ failed; peers from npm are skipped: ${npm.stderr ?? npm.error?.message}`);
}

async function main() {
  installPeers();
  for (const name of SERVERS) {
    const server = await loadServer(name);
    const reason = server.unavailable();
    console.log(reason === null ? `${server.title}: ready` : `${server.title}: skipped: ${reason}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
