/**
 * A disk that stops answering, and slow readers of its files at once: who waits for that disk waits, nobody else does. The shim
 * makes the files with ".slow" in their names hang.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { type Client, get } from '../support/client.ts';
import { heavy } from '../support/heavy.ts';
import { inParallel } from '../support/random.ts';
import { atEnd, connected, directoryWith } from '../support/servers.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';
import { siteDirectory } from './command.ts';
import { FaultPage, hasCompiler, shim } from './faults.ts';
import { Host } from './host.ts';
import { content, file, large, Load, view } from './load.ts';

const KINDS = ['view', 'content', 'file', 'large'];
/** Pieces of a file that were found in memory are taken to be there for so long (native/files/representation/file_pages.h). */
const TRUSTED_MS = 1000;
/** Beyond what sockets take. */
const BIG = Buffer.alloc(6 * 1024 * 1024, 'a slow file');
const READERS = heavy(40, 500);

/** One I/O thread, two helpers with two places in their line. */
async function slowHost(config: Config = {}): Promise<{ host: Host; page: FaultPage }> {
  const root = join(await siteDirectory(), 'files');
  const directory = await mkdtemp(join(tmpdir(), 'fastserve-disk-'));
  const object = shim();
  const page = new FaultPage(object, directory);
  atEnd(async () => {
    page.close();
    await Promise.all([rm(object, { force: true }), rm(directory, { recursive: true })]);
  });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await writeFile(join(root, `${name}.slow.txt`), name);
  await writeFile(join(root, 'big.slow.bin'), BIG);
  const slow = { ioThreads: 1, files: { threads: 2, queue: 2 }, static: [{ prefix: '/files/', root }] };
  const host = await Host.start({ ...slow, ...config }, { env: page.environment });
  // Whatever happens to a test, nothing hangs behind it.
  atEnd(() => page.clear('hang'));
  return { host, page };
}

/** With a load that never touches the slow files. */
async function slowSite(): Promise<{ host: Host; page: FaultPage; load: Load }> {
  const { host, page } = await slowHost();
  const load = new Load(host.url, { clients: 8, visits: [view, content, file, large] });
  await load.served(20, ...KINDS);
  return { host, page, load };
}

async function asking(host: Host, name: string): Promise<Client> {
  const client = await connected(host.url);
  client.send(get(`/files/${name}`));
  return client;
}

/** All of them are answered, and none waits for the disk that hangs. */
async function serveOthers(load: Load): Promise<void> {
  for (const kind of KINDS) load.worstMs(kind);
  await load.served(50, ...KINDS);
  for (const kind of KINDS) expect(load.worstMs(kind), kind).toBeLessThan(3000);
}

describe.skipIf(!hasCompiler)('a disk that hangs', () => {
  it('holds up those who ask it, refuses with 503 what has no room to wait, and nobody else notices', async () => {
    const { host, page, load } = await slowSite();
    const before = await host.held();
    page.hang();
    const waiting: [string, Client][] = [];
    for (const name of ['a', 'b']) waiting.push([name, await asking(host, `${name}.slow.txt`)]);
    // Each is asked for without waiting, then by a helper.
    await expect.poll(() => page.hits('hang')).toBe(4);
    for (const name of ['c', 'd']) waiting.push([name, await asking(host, `${name}.slow.txt`)]);
    await expect.poll(async () => (await host.stats()).fileWaits).toBeGreaterThanOrEqual(waiting.length);
    const refused = await (await asking(host, 'e.slow.txt')).answer();
    expect([refused.status, refused.field('retry-after')]).toEqual([503, '1']);
    await serveOthers(load);
    const [[, leaving]] = waiting.splice(0, 1) as [[string, Client]];
    leaving.reset();
    await serveOthers(load);
    page.clear('hang');
    for (const [name, client] of waiting) expect((await client.answer()).text).toBe(name);
    expect((await (await asking(host, 'e.slow.txt')).answer()).text).toBe('e');
    for (const [, client] of waiting) client.destroy();
    await load.end();
    await host.settled(before);
  });

  it(`while ${READERS} slow readers have begun a file of it lets them wait, and they get all of it`, async () => {
    const { host, page, load } = await slowSite();
    const before = await host.held();
    const readers: Client[] = [];
    await inParallel(READERS, 50, async () => {
      const client = await connected(host.url, { highWaterMark: 8192 });
      client.socket.pause();
      client.send(get('/files/big.slow.bin'));
      readers.push(client);
    });
    const begun = performance.now();
    await load.served(20, ...KINDS);
    await expect.poll(() => performance.now() - begun, { timeout: 10 * TRUSTED_MS }).toBeGreaterThan(1.5 * TRUSTED_MS);
    page.hang();
    for (const { socket } of readers) socket.resume();
    await expect.poll(() => page.hits('hang')).toBeGreaterThan(0);
    await serveOthers(load);
    page.clear('hang');
    await inParallel(READERS, READERS, async (index) => {
      const client = readers[index] as Client;
      expect((await client.answer()).body.equals(BIG)).toBe(true);
      client.destroy();
    });
    await load.end();
    await host.settled(before);
  });

  it.skipIf(!hasOpenssl)('holds up only its own over TLS, too', async () => {
    const { host, page } = await slowHost({ listen: { port: 0, tls: await certificate(await directoryWith(), 'site') } });
    const port = Number(new URL(host.url).port);
    const [reader, other] = await Promise.all([secured(port), secured(port)]);
    reader.socket.pause();
    reader.send(get('/files/big.slow.bin'));
    other.send(get('/t/1'));
    expect((await other.answer()).text).toBe('alive /t/1');
    await sleep(TRUSTED_MS + 100);
    page.hang();
    reader.socket.resume();
    await expect.poll(() => page.hits('hang')).toBeGreaterThan(0);
    other.send(get('/files/large.bin'));
    expect(large.isRight(await other.answer(), '')).toBe(true);
    page.clear('hang');
    expect((await reader.answer()).body.equals(BIG)).toBe(true);
  });

  it('does not keep the server from ending', async () => {
    const { host, page, load } = await slowSite();
    page.hang();
    await asking(host, 'a.slow.txt');
    await expect.poll(() => page.hits('hang')).toBeGreaterThan(1);
    await load.end();
    await host.close({ grace: 100 });
  });
});
