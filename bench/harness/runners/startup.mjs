/**
 * How soon a small site answers, each start beside one of `node -e 0`. A start before the rounds lets caches of compiled code fill,
 * as they are on a machine that served yesterday.
 *
 * A sample: { baseMs, fileMs, pageMs }: the whole run of `node -e 0`, and the time from the start of the process to either answer.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FILE_1K } from '../../apps/content.mjs';
import { freePort } from '../free-port.mjs';

const COMMAND = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const PEERS = fileURLToPath(new URL('../../apps/startup.mjs', import.meta.url));
const APPLICATION = `import { defineApp, path } from 'fastserve';
export default defineApp({ urls: [path('', () => '<p>hello' as string)] });
`;
const ANSWER_LIMIT_MS = 30_000;
const RETRY_MS = 1;

export async function run(workload, context) {
  const site = makeSite();
  const servers = context.serversOf(workload);
  const results = Object.fromEntries(servers.map(({ name }) => [name, { samples: [] }]));
  const rounds = Math.min(context.rounds, workload.rounds);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const { name } of servers) {
        const sample = await caught(async () => ({ baseMs: await runNothing(), ...(await startOnce(name, site, workload)) }));
        if (round > 0) results[name].samples.push(sample);
      }
      if (round > 0) context.progress(round, rounds);
    }
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
  return results;
}

function makeSite() {
  const site = mkdtempSync(join(tmpdir(), 'fastserve-bench-start-'));
  mkdirSync(join(site, 'public'));
  mkdirSync(join(site, 'node_modules'));
  writeFileSync(join(site, 'public', '1k.bin'), FILE_1K);
  writeFileSync(join(site, 'app.ts'), APPLICATION);
  return site;
}

async function caught(measure) {
  try {
    return await measure();
  } catch (error) {
    return { failure: error.message };
  }
}

async function runNothing() {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}

async function startOnce(name, site, { filePath, pagePath }) {
  const port = await freePort();
  const args = name === 'fastserve' ? [COMMAND, 'start', site, '-H', '127.0.0.1', '-p', String(port), '--log', 'off', '-w', '1'] : [PEERS, name, join(site, 'public'), String(port)];
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const exit = once(child, 'exit');
  try {
    const [fileMs, pageMs] = await Promise.all([filePath, pagePath].map((path) => firstAnswer(port, path, began)));
    return { fileMs, pageMs };
  } finally {
    child.kill();
    await exit;
  }
}

async function firstAnswer(port, path, began) {
  while (performance.now() - began < ANSWER_LIMIT_MS) {
    if ((await statusOf(port, path)) === 200) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`no answer to ${path} within ${ANSWER_LIMIT_MS / 1000} s`);
}

/** null while nobody listens. */
function statusOf(port, path) {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (response) => response.resume().once('end', () => resolve(response.statusCode))).once('error', () => resolve(null));
  });
}
