/**
 * How soon a small site answers, each start beside one of `node -e 0`. Starts before the rounds let caches of compiled code fill,
 * as they are on a machine that served yesterday: caches of this run, for what is kept is what its first process had compiled, and a test
 * of this tree may have been that.
 *
 * A sample: { baseMs, baseCpuMs, fileMs, fileCpuMs, pageMs, pageCpuMs }: the whole run of `node -e 0`, the time from the start of the process to
 * either answer, and the CPU time of all its threads until then, which other work on the machine changes less.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FILE_1K } from '../../apps/content.mjs';
import { freePort } from '../free-port.mjs';

const COMMAND = fileURLToPath(new URL('../../../dist/cli/fastserve.cjs', import.meta.url));
const PEERS = fileURLToPath(new URL('../../apps/startup.mjs', import.meta.url));
const APPLICATION = `import { defineApp, path } from 'fastserve';
export default defineApp({ urls: [path('', () => '<p>hello' as string)] });
`;
const ANSWER_LIMIT_MS = 30_000;
const RETRY_MS = 1;
/** Behind its first answers a server writes down what was compiled. */
const SETTLE_MS = 5000;

export async function run(workload, context) {
  requireJoined();
  const site = makeSite();
  const servers = context.serversOf(workload);
  const results = Object.fromEntries(servers.map(({ name }) => [name, { samples: [] }]));
  const rounds = Math.min(context.rounds, workload.rounds);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const { name } of servers) {
        const sample = await caught(async () => ({ ...(await runNothing()), ...(await startOnce(name, site, workload, round === 0 ? SETTLE_MS : 0)) }));
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
  mkdirSync(cachesOf(site));
  writeFileSync(join(site, 'public', '1k.bin'), FILE_1K);
  writeFileSync(join(site, 'app.ts'), APPLICATION);
  return site;
}

function cachesOf(site) {
  return join(site, 'caches');
}

async function caught(measure) {
  try {
    return await measure();
  } catch (error) {
    return { failure: error.message };
  }
}

/** What npm builds is measured, not what tsc leaves. */
function requireJoined() {
  if (!readFileSync(COMMAND, 'utf8').includes('chunks/')) throw new Error('the modules of dist/ are not joined. Run: npm run build:ts');
}

/** bash measures what it starts as getrusage(2) does. */
async function runNothing() {
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" -e 0';
  const { stderr } = await promisify(execFile)('bash', ['-c', script, process.execPath]);
  const [real, user, system] = stderr.trim().split(' ').map(Number);
  return { baseMs: real * 1000, baseCpuMs: (user + system) * 1000 };
}

async function startOnce(name, site, { filePath, pagePath }, settleMs) {
  const port = await freePort();
  const args = name === 'fastserve' ? [COMMAND, 'start', site, '-H', '127.0.0.1', '-p', String(port), '--log', 'off', '-w', '1'] : [PEERS, name, join(site, 'public'), String(port)];
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: cachesOf(site) } });
  const exit = once(child, 'exit');
  try {
    const [file, page] = await Promise.all([filePath, pagePath].map((path) => firstAnswer(port, path, began, child.pid)));
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return { fileMs: file.ms, fileCpuMs: file.cpuMs, pageMs: page.ms, pageCpuMs: page.cpuMs };
  } finally {
    child.kill();
    await exit;
  }
}

async function firstAnswer(port, path, began, pid) {
  while (performance.now() - began < ANSWER_LIMIT_MS) {
    if (await isAnswered(port, path)) return { ms: performance.now() - began, cpuMs: cpuMsOf(pid) };
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`no answer to ${path} within ${ANSWER_LIMIT_MS / 1000} s`);
}

/** False while nobody listens. A bare socket: the client shares the machine with what it measures. */
function isAnswered(port, path) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`));
    socket.once('data', (head) => {
      socket.destroy();
      resolve(head.toString('latin1').startsWith('HTTP/1.1 200'));
    });
    socket.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
}

/** Of all threads that are there now (proc_pid_schedstat: nanoseconds on a processor). */
function cpuMsOf(pid) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, thread) => sum + Number(readFileSync(`${tasks}/${thread}/schedstat`, 'latin1').split(' ')[0]), 0) / 1e6;
}
