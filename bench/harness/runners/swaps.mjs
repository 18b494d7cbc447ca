/**
 * How soon a saved change is answered by `fastserve dev`: a file of a copy of the site is written again and again, each time with
 * another mark, and the page is asked for until it has it.
 *
 * A sample: { swapMs, reportedMs }: from before the write to the end of the first answer with the mark, and what the command
 * says of its own part.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');
const ANSWER_LIMIT_MS = 30_000;
const RETRY_MS = 2;
/** Between a swap and the next change: nobody saves twice a second, and the server gets the next worker ready meanwhile. */
const REST_MS = 2000;

export async function run(workload, context) {
  const samples = [];
  const rounds = Math.min(context.rounds, workload.rounds);
  const site = makeSite(workload);
  try {
    const server = await start(site);
    try {
      for (let round = 0; round <= rounds; round++) {
        const sample = await swap(site, server, workload, `mark-${round}-`);
        if (round > 0) samples.push(sample);
        if (round > 0) context.progress(round, rounds);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    } finally {
      await server.end();
    }
  } catch (error) {
    samples.push({ failure: error.message });
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
  return { fastserve: { samples } };
}

/** A copy, for it is edited, with the packages that it needs. */
function makeSite({ site, packages }) {
  const copy = mkdtempSync(join(tmpdir(), 'fastserve-bench-swap-'));
  // A tsconfig.json of an example extends the project's, which is not there.
  if (typeof site === 'string') cpSync(join(ROOT, site), copy, { recursive: true, filter: (name) => basename(name) !== 'tsconfig.json' });
  else for (const [name, text] of Object.entries(site)) writeFileSync(join(copy, name), text);
  mkdirSync(join(copy, 'node_modules'));
  for (const name of packages) symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  return copy;
}

/** The command once it listens: { port, reported(), end() }. */
async function start(site) {
  const child = spawn(process.execPath, [COMMAND, 'dev', site, '--port', '0', '--log', 'off'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let output = '';
  let onOutput = () => {};
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    onOutput();
  });
  const said = async (pattern) => {
    while (!pattern.test(output)) {
      const more = new Promise((resolve) => (onOutput = resolve));
      await Promise.race([more, exit.then(() => Promise.reject(new Error(`the command ended: ${output}`)))]);
    }
    const match = pattern.exec(output);
    output = output.slice(match.index + match[0].length);
    return match[1];
  };
  const port = Number(await said(/listening on http:\/\/[^:]+:(\d+)/));
  return {
    port,
    reported: async () => Number(await said(/^dev reloaded in (\d+) ms/m)),
    end: async () => {
      child.kill();
      await exit;
    },
  };
}

async function swap(site, server, { edit, path }, mark) {
  const file = join(site, edit.file);
  const changed = readFileSync(file, 'utf8').replace(edit.old, (old) => edit.change(old, mark));
  const began = performance.now();
  writeFileSync(file, changed);
  while (!(await bodyOf(server.port, path)).includes(mark)) {
    if (performance.now() - began > ANSWER_LIMIT_MS) throw new Error(`${path} has not changed within ${ANSWER_LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return { swapMs: performance.now() - began, reportedMs: await server.reported() };
}

function bodyOf(port, path) {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text)).once('end', () => resolve(body));
    }).once('error', reject);
  });
}
