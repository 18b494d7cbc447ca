/**
 * Aims the black-box battery at a running server: groups A to E. Exit status 1 when a case failed, or when more than ten are
 * weak.    node .ci/battery.mjs path/to/run.py
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../dist/index.js';

const WEAK_ALLOWED = 10;
const root = mkdtempSync(join(tmpdir(), 'fastserve-battery-'));
const docroot = join(root, 'www');

/** The battery fills the document root itself, but a mount needs its directory. */
await run(['127.0.0.1', '1', '--docroot', docroot, '--build-docroot']);
const server = await serve({
  listen: [{ host: '127.0.0.1', port: 0 }],
  app: fileURLToPath(new URL('battery-app.mjs', import.meta.url)),
  workers: 2,
  static: [{ prefix: '/static/', root: docroot }],
  limits: { body: '40mb' },
  timeouts: { header: '3s', body: '3s', keepAlive: '3s' },
  log: { access: 'off' },
});
const port = new URL(server.url).port;
const output = await run([
  '127.0.0.1', port, '--groups', 'ABCDE', '--echo-path', '/echo', '--reflect-path', '/reflect', '--status-path', '/status',
  '--docroot', docroot, '--static-prefix', '/static', '--idle-timeout', '3', '--header-timeout', '3', '--body-timeout', '3',
  '--verbose',
]);
await server.close();
rmSync(root, { recursive: true });
const [, weak, failed] = /total: \d+ passed, (\d+) weak, (\d+) failed/.exec(output) ?? [0, '0', '1'];
process.exit(Number(failed) === 0 && Number(weak) <= WEAK_ALLOWED ? 0 : 1);

function run(args) {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn('python3', [process.argv[2], ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (data) => {
      text += data;
      process.stdout.write(data);
    });
    child.on('close', () => resolve(text));
  });
}
