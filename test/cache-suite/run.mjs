#!/usr/bin/env node
/**
 * The public tests of HTTP caches (npm: http-cache-tests) against fastserve, and against NGINX where it is installed.
 *
 *   npm ci && node run.mjs [--only fastserve] [--json] [test-id]
 *
 * Exit code 1 when a required test that is not for browsers fails and is not argued about in docs/caching.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CACHES } from './caches.mjs';
import { startOrigin } from './origin.mjs';
import { loadSuites } from './suites.mjs';
import { judge, reasonOf } from './verdicts.mjs';

/** Required tests that fastserve should not pass: docs/caching.md says why. */
const ARGUED = new Set([
  'stale-close-must-revalidate',
  'stale-close-proxy-revalidate',
  'stale-close-no-cache',
  'stale-close-s-maxage=2',
  'headers-store-Transfer-Encoding',
]);

const { values, positionals } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean' } }, allowPositionals: true });

/** The results of one cache, by test id; with an id the text that the suite says of that test. */
async function resultsOf(cache, directory) {
  const origin = await startOrigin(directory);
  let running;
  try {
    running = await cache.start(origin.port, directory);
    const client = spawn(process.execPath, ['--no-warnings', new URL('client.mjs', import.meta.url).pathname, running.url, ...positionals], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    client.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
    const [code] = await once(client, 'close');
    if (code !== 0) throw new Error(`the suite ended with ${code}`);
    if (positionals.length > 0) process.stdout.write(text);
    return JSON.parse(text.trimEnd().split('\n').at(-1));
  } finally {
    await running?.stop();
    await origin.stop();
  }
}

function report(name, { required, optimal }) {
  const count = ({ passed, failed }) => `${passed.length} of ${passed.length + failed.length}`;
  console.log(`${name}: required ${count(required)}, optimal ${count(optimal)}`);
}

const directory = await mkdtemp(join(tmpdir(), 'fastserve-cache-suite-'));
// NGINX's workers are somebody else where it is started as root.
await chmod(directory, 0o755);
try {
  const suites = await loadSuites();
  const caches = CACHES.filter(({ name, installed }) => (values.only ?? name).toLowerCase() === name.toLowerCase() && installed());
  const all = await Promise.all(caches.map((cache) => resultsOf(cache, directory)));
  for (const [index, results] of all.entries()) {
    const verdict = judge(suites, results);
    if (positionals.length > 0) continue;
    report(caches[index].name, verdict);
    if (values.json) console.log(JSON.stringify(verdict));
    if (caches[index].name !== 'fastserve') continue;
    for (const id of verdict.optimal.failed) console.log(`  optimal, not passed: ${id}: ${reasonOf(results, id)}`);
    for (const id of verdict.required.failed) {
      console.log(`  required, ${ARGUED.has(id) ? 'argued' : 'FAILED'}: ${id}: ${reasonOf(results, id)}`);
      if (!ARGUED.has(id)) process.exitCode = 1;
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
