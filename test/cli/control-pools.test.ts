/** `fastserve ctl scale`, `status` and `routes --explain` for a site with pools. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from '../support/client.ts';
import { connected } from '../support/servers.ts';
import { Running, run } from './command.ts';

const PACKAGE = JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)));
const APP = `import { defineApp, path } from ${PACKAGE};
const spin = () => { for (;;); };
export default defineApp({ urls: [
  path('', () => 'page'),
  path('report/', () => 'report', { pool: 'reports' }),
  path('spin/', spin, { pool: 'fixed', timeout: 0 }),
] });`;
const CONFIG = { pools: { default: { workers: 1 }, reports: { workers: { min: 1, max: 3 } }, fixed: { workers: 1 } } };

interface Status {
  pools: { name: string; workers: number; pinned: boolean }[];
  workers: { pool: string; loopLagMs: number; heapBytes: number }[];
}

describe('a server with pools', () => {
  let directory: string;
  let running: Running;
  let url: string;
  const ask = (...args: string[]) => run(args, { cwd: directory, env: { XDG_RUNTIME_DIR: directory } });
  const status = async () => JSON.parse((await ask('status', '--json')).stdout) as Status;
  const pool = async (name: string) => (await status()).pools.find((one) => one.name === name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fastserve-control-pools-'));
    await writeFile(join(directory, 'app.mjs'), APP);
    await writeFile(join(directory, 'fastserve.config.json'), JSON.stringify(CONFIG));
    running = new Running(['start', directory, '--host', '127.0.0.1', '--port', '0'], { env: { XDG_RUNTIME_DIR: directory } });
    url = await running.url();
  }, 60_000);
  afterAll(async () => {
    running.process.kill('SIGKILL');
    await running.exited;
    await rm(directory, { recursive: true });
  });

  it('is told a number of workers, which pins an elastic pool until it is told "auto"', async () => {
    expect(await pool('reports')).toMatchObject({ workers: 1, pinned: false });
    expect((await ask('ctl', 'scale', 'reports', '2')).stdout).toBe('2 workers in reports\n');
    expect(await pool('reports')).toMatchObject({ workers: 2, pinned: true });
    expect((await ask('status')).stdout).toMatch(/^reports +2 \(pinned\) /m);
    expect((await ask('ctl', 'scale', 'reports', 'auto')).stdout).toBe('as many workers in reports as the waiting line needs\n');
    expect((await pool('reports'))?.pinned).toBe(false);
  }, 60_000);

  it('refuses "auto" for a pool of a fixed size, numbers that are none, and pools that are not there', async () => {
    const fixed = await ask('ctl', 'scale', 'fixed', 'auto');
    expect([fixed.code, fixed.stderr]).toEqual([1, 'error: the number of workers of "fixed" follows nothing: pools.fixed.workers has no min and max. Name a number.\n']);
    const none = await ask('ctl', 'scale', 'reports', '0');
    expect([none.code, none.stderr]).toEqual([1, 'error: got "0", expected a whole number from 1 up, or "auto".\n']);
    const other = await ask('ctl', 'scale', 'report', '2');
    expect([other.code, other.stderr]).toEqual([1, 'error: there is no pool "report". The pools are default, reports, fixed.\n']);
  }, 60_000);

  it('says of a worker that stands still how long it has, and its heap, while it is stuck', async () => {
    (await connected(url)).send(get('/spin/'));
    const stuck = async () => (await status()).workers.find((worker) => worker.pool === 'fixed');
    await expect.poll(async () => (await stuck())?.loopLagMs, { timeout: 30_000 }).toBeGreaterThan(1000);
    expect((await stuck())?.heapBytes).toBeGreaterThan(1_000_000);
    expect((await ask('status')).stdout).toMatch(/^\d+ +fixed +1 +attached +1 +\d+ MiB +[\d.]+ s +/m);
  }, 60_000);

  it('explains in which pool a view runs', async () => {
    const explain = async (line: string) => (await run(['routes', directory, '--explain', line])).stdout;
    expect(await explain('GET /report/')).toContain('; its workers are those of the pool "reports"\n');
    expect(await explain('GET /')).toContain('; its workers are those of the pool "default"\n');
  }, 60_000);
});
