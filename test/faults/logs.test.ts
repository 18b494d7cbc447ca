/** Logs and temporary files that have no place to go: requests go on, losses are counted and said, and nothing has to be restarted. */
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post } from '../support/client.ts';
import { connected, directoryWith, memory } from '../support/servers.ts';
import { RawUpstream } from '../proxy/upstream.ts';
import { command } from './command.ts';
import { FaultPage, hasCompiler, shim } from './faults.ts';
import { file, Load, type Visit, view } from './load.ts';

const KINDS = ['view', 'content', 'file', 'large'];
const UNDISTURBED_MS = 2000;
const DROPPED = /access log/i;

let object: string;
beforeAll(() => {
  if (hasCompiler) object = shim();
});
afterAll(async () => {
  if (hasCompiler) await rm(object);
});

async function lines(path: string): Promise<number> {
  return (await readFile(path, 'utf8')).split('\n').length - 1;
}

describe.skipIf(!hasCompiler)('a disk that is full', () => {
  it('loses lines of the access log and nothing else, says so once, and is written to again when it has room', async () => {
    const page = new FaultPage(object, await directoryWith());
    const { url, running, directory } = await command({ log: { access: 'text', path: 'access.log' } }, { env: page.environment });
    const path = join(directory, 'access.log');
    const load = new Load(url);
    await load.served(20, ...KINDS);
    page.set('write', 'ENOSPC', 1);
    await expect.poll(() => page.hits('write')).toBeGreaterThan(3);
    const full = (await stat(path)).size;
    for (const kind of KINDS) load.worstMs(kind);
    await load.served(50, ...KINDS);
    for (const kind of KINDS) expect(load.worstMs(kind), kind).toBeLessThan(UNDISTURBED_MS);
    expect((await stat(path)).size).toBe(full);
    page.clear('write');
    await expect.poll(async () => (await stat(path)).size).toBeGreaterThan(full);
    await load.served(20, ...KINDS);
    const tally = await load.end();
    running.process.kill('SIGTERM');
    const { code, stderr } = await running.exited;
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => DROPPED.test(line)).length).toBeLessThanOrEqual(2);
    expect(stderr).toMatch(DROPPED);
    expect(await lines(path)).toBeLessThan(Object.values(tally).reduce((sum, count) => sum + count));
    page.close();
  });
});

describe('a log on a FIFO', () => {
  it('that nobody reads holds up nothing, and takes lines again for a reader', async () => {
    const directory = await directoryWith();
    const path = join(directory, 'log');
    execFileSync('mkfifo', [path]);
    const { url, pid } = await command({ log: { access: 'text', path } });
    const load = new Load(url);
    await load.served(50, ...KINDS);
    for (const kind of KINDS) load.worstMs(kind);
    const before = await memory(pid);
    await load.served(50, ...KINDS);
    for (const kind of KINDS) expect(load.worstMs(kind), kind).toBeLessThan(UNDISTURBED_MS);
    expect((await memory(pid)).now - before.now).toBeLessThan(64 * 1024 * 1024);
    const reader = createReadStream(path, 'utf8');
    let read = 0;
    createInterface(reader).on('line', (line) => {
      if (/^\d{4}-\S+ 127\.0\.0\.1 "[A-Z]+ \S+ HTTP\/1\.1" 200 /.test(line)) read++;
    });
    await expect.poll(() => read, { timeout: 20_000 }).toBeGreaterThan(100);
    reader.destroy();
    await load.served(20, ...KINDS);
    await load.end();
  });
});

describe('a log that is rotated', () => {
  it('by renames and SIGUSR1 under load has every line in one of its files, and is made anew where it was deleted', async () => {
    const { url, running, directory, pid } = await command({ log: { access: 'text', path: 'access.log' } });
    const path = join(directory, 'access.log');
    const load = new Load(url);
    for (let i = 0; i < 4; i++) {
      await load.served(20, ...KINDS);
      await rename(path, `${path}.${i}`);
      process.kill(pid, 'SIGUSR1');
      await expect.poll(() => stat(path).then(() => true, () => false)).toBe(true);
    }
    await load.served(20, ...KINDS);
    const tally = await load.end();
    running.process.kill('SIGTERM');
    expect((await running.exited).code).toBe(0);
    const files = (await readdir(directory)).filter((name) => name.startsWith('access.log'));
    const counts = await Promise.all(files.map((name) => lines(join(directory, name))));
    expect(files).toHaveLength(5);
    expect(counts.reduce((sum, count) => sum + count)).toBe(Object.values(tally).reduce((sum, count) => sum + count));
  });
});

describe('two logs that are rotated', () => {
  it('under load have each request in exactly one of their files, in a line that is whole', async () => {
    const asked: string[] = [];
    const tokened = (visit: Visit, target: (token: string) => string): Visit => ({
      ...visit,
      request: (token) => {
        asked.push(target(token));
        return get(target(token));
      },
    });
    const visits = [tokened(view, (token) => `/t/${token}`), tokened(file, (token) => `/files/small.txt?${token}`)];
    const access = [{ fields: ['target', 'status', 'lane'], path: 'all.log' }, { fields: ['target'], path: 'files.log', only: { lane: ['file' as const] } }];
    const { url, running, directory, pid } = await command({ log: { access } });
    const load = new Load(url, { clients: 32, visits, pauseMs: 0 });
    for (let i = 0; i < 6; i++) {
      await load.served(100, 'view', 'file');
      for (const name of ['all.log', 'files.log']) await rename(join(directory, name), join(directory, `${name}.${i}`));
      process.kill(pid, 'SIGUSR1');
      for (const name of ['all.log', 'files.log']) await expect.poll(() => stat(join(directory, name)).then(() => true, () => false)).toBe(true);
    }
    await load.served(100, 'view', 'file');
    await load.end();
    running.process.kill('SIGTERM');
    expect((await running.exited).code).toBe(0);
    const targetsIn = async (start: string) => {
      const files = (await readdir(directory)).filter((name) => name.startsWith(start));
      expect(files).toHaveLength(7);
      const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
      for (const text of texts) expect(text).toMatch(/^$|\n$/);
      return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => (JSON.parse(line) as { target: string }).target).sort();
    };
    expect(await targetsIn('all.log')).toEqual(asked.sort());
    expect(await targetsIn('files.log')).toEqual(asked.filter((target) => target.startsWith('/files/')));
  });
});

describe.skipIf(!hasCompiler)('a place for temporary files that is full', () => {
  it('costs the upload that needs it a 503, and nobody else anything', async () => {
    const page = new FaultPage(object, await directoryWith());
    const upstream = await RawUpstream.start(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const proxy = [{ prefix: '/up/', upstream: upstream.url }];
    const { url } = await command({ proxy, limits: { body: '8mb' } }, { env: page.environment });
    const load = new Load(url);
    await load.served(20, ...KINDS);
    const upload = async () => {
      const client = await connected(url);
      client.send(post('/up/load', Buffer.alloc(4_000_000)));
      return (await client.answer()).status;
    };
    expect(await upload()).toBe(200);
    page.set('pwrite', 'ENOSPC', 1);
    for (let i = 0; i < 3; i++) expect(await upload()).toBe(503);
    expect(page.hits('pwrite')).toBeGreaterThan(0);
    await load.served(20, ...KINDS);
    page.clear('pwrite');
    expect(await upload()).toBe(200);
    await load.end();
    page.close();
  });
});
