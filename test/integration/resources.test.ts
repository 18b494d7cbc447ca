/** What servers leave behind when they stop: nothing. Each case is a process of its own that must end by itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FastServeError, serve } from '../../dist/index.js';
import { heavy, isHeavy } from '../support/heavy.ts';
import { atEnd, directoryWith, fixtureApp, usage } from '../support/servers.ts';

const MIB = 1024 * 1024;

const SCRIPT = fileURLToPath(new URL('../fixtures/start-stop.mjs', import.meta.url));

interface Held {
  descriptors: number;
  threads: number;
  handles: number;
  resources: string[];
}

/** growth: of resident memory in the second half, in bytes. */
async function startStop(workers: number, times: number): Promise<{ before: Held; after: Held; growth: number }> {
  // Set, it is fixed: else glibc raises it with each large block that is given back, and keeps tens of MiB that nobody holds.
  const env = { ...process.env, MALLOC_TRIM_THRESHOLD_: '131072' };
  const child = spawn(process.execPath, ['--expose-gc', SCRIPT, String(workers), String(times)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(() => void child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(output) as { before: Held; after: Held; growth: number };
}

describe('starting and stopping', () => {
  it(`${heavy(200, 1000)} times inline leaves no descriptor, thread, handle, timer or memory, and the process ends`, async () => {
    const { before, after, growth } = await startStop(0, heavy(200, 1000));
    expect(after).toEqual(before);
    // A ring that stayed with each server would be 100 MiB.
    expect(growth).toBeLessThan(isHeavy ? MIB : 16 * MIB);
  }, 1_800_000);

  it('twenty times with a worker leaves none either', async () => {
    const { before, after, growth } = await startStop(1, heavy(20, 200));
    expect(after).toEqual(before);
    expect(growth).toBeLessThan(16 * MIB);
  }, 1_800_000);
});

describe('a start that fails', () => {
  it.each([
    ['an application that throws', { 'app.mjs': 'throw new Error("no")' }, 'FS_APP'],
    ['an application of no kind', { 'app.mjs': 'export default 42' }, 'FS_APP'],
    ['a module that does not compile', { 'app.ts': 'export default {' }, 'FS_BUNDLE'],
  ])('because of %s leaves nothing', async (_what, files, code) => {
    const directory = await directoryWith(files);
    const app = `${directory}/${Object.keys(files)[0]}`;
    const attempt = () => serve({ app, workers: 1 }).then(() => undefined, (error: unknown) => error);
    const first = await attempt();
    expect(first).toBeInstanceOf(FastServeError);
    expect(first).toMatchObject({ code });
    await attempt();
    const before = await usage();
    for (let i = 0; i < 3; i++) await attempt();
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors);
    await expect.poll(async () => (await usage()).threads).toBeLessThanOrEqual(before.threads);
  });

  it('because of a port in use leaves nothing', async () => {
    const holder = await serve({ app: fixtureApp('hello.mjs'), workers: 0 });
    atEnd(() => holder.close());
    const listen = { host: '127.0.0.1', port: holder.addresses[0]?.port };
    const attempt = () => serve({ app: fixtureApp('hello.mjs'), workers: 1, listen }).catch(() => {});
    await attempt();
    const before = await usage();
    for (let i = 0; i < 5; i++) await attempt();
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors);
    await expect.poll(async () => (await usage()).threads).toBeLessThanOrEqual(before.threads);
  });
});
