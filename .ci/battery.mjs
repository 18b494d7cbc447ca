/**
 * Aims the black-box battery at a running server. Exit status 1 when a case failed, when more than ten are weak, or when the
 * server did not end well.
 *
 *   node .ci/battery.mjs path/to/run.py [options]
 *     --groups ABCDEFG   default: ABCDEG
 *     --sanitize         the server's addon has ASan and UBSan (.ci/sanitized.mjs): any finding ends the server, and fails the run
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sanitizedPackage } from './sanitized.mjs';

const WEAK_ALLOWED = 10;
const { values: options, positionals: [battery] } = parseArgs({
  allowPositionals: true,
  options: { groups: { type: 'string', default: 'ABCDEG' }, sanitize: { type: 'boolean', default: false } },
});

const root = mkdtempSync(join(tmpdir(), 'fastserve-battery-'));
const docroot = join(root, 'www');
try {
  // The battery fills the document root itself, but a mount needs its directory.
  await runBattery(['127.0.0.1', '1', '--docroot', docroot, '--build-docroot']);
  const upstreamPort = await freePort();
  const server = await startServer(upstreamPort);
  const output = await runBattery([
    '127.0.0.1', String(server.port), '--pid', String(server.pid), '--groups', options.groups,
    '--echo-path', '/echo', '--reflect-path', '/reflect', '--status-path', '/status',
    '--docroot', docroot, '--static-prefix', '/static', '--precompressed',
    '--proxy-path', '/proxy', '--upstream-port', String(upstreamPort), '--websocket', '--proxy-timeout', '3',
    '--idle-timeout', '3', '--header-timeout', '3', '--body-timeout', '3', '--verbose',
  ]);
  const endedWell = await server.stop();
  const [, weak, failed] = /total: \d+ passed, (\d+) weak, (\d+) failed/.exec(output) ?? [0, '0', '1'];
  process.exitCode = endedWell && Number(failed) === 0 && Number(weak) <= WEAK_ALLOWED ? 0 : 1;
} finally {
  rmSync(root, { recursive: true });
  rmSync(`${docroot}.outside`, { recursive: true, force: true });
}

/** For the battery's own server, which the proxied prefix leads to. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The server in its own process. What it says on standard error is shown; stop() tells whether it ended with 0. */
async function startServer(upstreamPort) {
  const own = { directory: dirname(dirname(fileURLToPath(import.meta.url))), environment: {} };
  const { directory, environment } = options.sanitize ? sanitizedPackage() : own;
  const flags = options.sanitize ? ['--preserve-symlinks', '--preserve-symlinks-main'] : [];
  const child = spawn(process.execPath, [...flags, join(directory, '.ci', 'battery-server.mjs'), docroot, String(upstreamPort)], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), ended]);
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('the server did not start');
  return {
    port: JSON.parse(said.toString()).port,
    pid: child.pid,
    async stop() {
      child.stdin.end();
      const [code, signal] = await ended;
      if (code !== 0) console.log(`the server ended with ${signal ?? code}`);
      return code === 0;
    },
  };
}

function runBattery(args) {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn('python3', [battery, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (data) => {
      text += data;
      process.stdout.write(data);
    });
    child.on('close', () => resolve(text));
  });
}
