/**
 * A server whose system calls fail while it serves: no crash, no hang, no wrong byte, nothing kept. What passes by itself (a
 * signal, a full socket, a short count) no client notices at all.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Running } from '../cli/command.ts';
import { fixtureApp, usage } from '../support/servers.ts';
import { certificate, hasOpenssl } from '../support/tls.ts';
import { type Call, DISTANCES, type Failure, FaultPage, hasCompiler, shim } from './faults.ts';
import { Site, type Tally, visit } from './visits.ts';

/** Lanes of each kind, beside each other, and tours of each. */
const LANES = 2;
const TOURS = 2;
const LIMIT_MS = 60_000 * DISTANCES.length;
/** For a call that is made once in a while. */
const MORE_TOURS = 20;
/** Even such a call is made as often as this in all tours. */
const REACHED = 10;
const REACHED_WITHIN_MS = 10_000;
/** Files that the cache may have open or not, and connections that are about to be closed. */
const DESCRIPTOR_SLACK = 4;

let object: string;
let directory: string;
let page: FaultPage;
let site: Site;
let running: Running;
let urls: string[];
let descriptors: number;

/** One server for all tests: what a fault leaves behind adds up. */
beforeAll(async () => {
  if (!hasCompiler || !hasOpenssl) return;
  object = shim();
  directory = await mkdtemp(join(tmpdir(), 'fastserve-faults-'));
  page = new FaultPage(object, directory);
  await mkdir(join(directory, 'files'));
  site = await Site.create(join(directory, 'files'));
  const config = {
    listen: [{ host: '127.0.0.1', port: 0 }, { host: '127.0.0.1', port: 0, tls: await certificate(directory, 'site') }],
    app: fixtureApp('digest.mjs'),
    workers: 1,
    ioThreads: 2,
    static: [{ prefix: '/s/', root: site.root, listing: true }],
    // So that a hang is the client's to notice.
    timeouts: { handshake: '60s', header: '60s', body: '60s', keepAlive: '60s', write: '60s', request: '60s', queue: '60s' },
    log: { access: 'text', path: join(directory, 'access.txt') },
  };
  await writeFile(join(directory, 'fastserve.config.json'), JSON.stringify(config));
  running = new Running(['start', directory], { env: page.environment });
  const secure = (await running.output(/^listening on (https:\S+)$/m))[1] as string;
  urls = [await running.url(), secure];
  expect(await tour()).toMatchObject({ refused: 0, cut: 0 });
  descriptors = (await usage(running.process.pid)).descriptors;
});

afterAll(async () => {
  if (!hasCompiler || !hasOpenssl) return;
  running.process.kill('SIGKILL');
  await running.exited;
  page.close();
  await Promise.all([rm(object), rm(directory, { recursive: true })]);
});

/** Everything there is, in several lanes, over both listeners. */
async function tour(): Promise<Tally> {
  const lanes = urls.flatMap((url) => Array.from({ length: LANES }, () => visit(site, url, TOURS)));
  return (await Promise.all(lanes)).reduce(add);
}

function add(a: Tally, b: Tally): Tally {
  return { right: a.right + b.right, refused: a.refused + b.refused, cut: a.cut + b.cut };
}

/** Serves while every `every`-th call fails, then without: right to the last byte, and with no descriptor more than before. */
async function under(call: Call, failure: Failure, every: number): Promise<Tally> {
  page.set(call, failure, every);
  let tally = await tour();
  // The log is written ten times in a second, however much is asked.
  const patientUntil = every <= REACHED ? performance.now() + REACHED_WITHIN_MS : 0;
  for (let more = 0; page.hits(call) === 0 && (more < MORE_TOURS || performance.now() < patientUntil); more++) tally = add(tally, await tour());
  page.clear(call);
  const { exitCode, signalCode } = running.process;
  expect([exitCode, signalCode], 'the server lives').toEqual([null, null]);
  if (every <= REACHED) expect(page.hits(call), `calls of ${call} that failed`).toBeGreaterThan(0);
  expect(await tour()).toMatchObject({ refused: 0, cut: 0 });
  await expect.poll(async () => (await usage(running.process.pid)).descriptors).toBeLessThanOrEqual(descriptors + DESCRIPTOR_SLACK);
  return tally;
}

type Row = readonly [call: Call, failures: readonly Failure[]];

describe.skipIf(!hasCompiler || !hasOpenssl)('a call that fails for the moment is unnoticed:', () => {
  const rows: Row[] = [
    ['accept', ['EINTR', 'EAGAIN', 'ECONNABORTED', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']],
    ['recv', ['EINTR', 'EAGAIN', 'short']],
    ['send', ['EINTR', 'EAGAIN', 'short']],
    ['sendfile', ['EINTR', 'EAGAIN', 'short']],
    ['epollWait', ['EINTR']],
    ['openat2', ['EINTR', 'EAGAIN']],
    ['pread', ['EINTR', 'short']],
    ['write', ['EINTR', 'EAGAIN', 'ENOSPC', 'EIO', 'short']],
  ];
  it.each(rows)('%s with %j', async (call, failures) => {
    for (const failure of failures) {
      for (const every of DISTANCES) expect(await under(call, failure, every), `${failure}, every ${every}`).toMatchObject({ refused: 0, cut: 0 });
    }
  }, LIMIT_MS);
});

describe.skipIf(!hasCompiler || !hasOpenssl)('a listener that rests for want of descriptors', () => {
  it('is watched again, also when the kernel refuses that at first', async () => {
    page.set('epollModify', 'ENOMEM', 3);
    for (const every of DISTANCES) expect(await under('accept', 'EMFILE', every)).toMatchObject({ refused: 0, cut: 0 });
    expect(page.hits('epollModify')).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasCompiler || !hasOpenssl)('a call that fails for good costs its connection, which shows it:', () => {
  const rows: Row[] = [
    ['recv', ['ECONNRESET', 'EIO', 'ENOMEM', 'ETIMEDOUT']],
    ['send', ['EPIPE', 'ECONNRESET', 'ENOMEM', 'ENOBUFS']],
    ['sendfile', ['EIO', 'EPIPE', 'ECONNRESET', 'ENOMEM']],
    ['epollAdd', ['ENOMEM', 'ENOSPC']],
  ];
  it.each(rows)('%s with %j', async (call, failures) => {
    for (const failure of failures) {
      for (const every of DISTANCES) expect(await under(call, failure, every), `${failure}, every ${every}`).toMatchObject({ refused: 0 });
    }
  }, LIMIT_MS);
});

describe.skipIf(!hasCompiler || !hasOpenssl)('a file that cannot be read is 500 or 503, or a cut where its head is out:', () => {
  const rows: Row[] = [
    ['openat2', ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'ESTALE']],
    ['fstat', ['EIO', 'ENOMEM', 'ESTALE']],
    ['fstatat', ['EIO', 'ENOMEM']],
    ['pread', ['EIO', 'ENOMEM']],
    ['fdopendir', ['ENOMEM']],
    ['readdir', ['EIO']],
  ];
  it.each(rows)('%s with %j', async (call, failures) => {
    for (const failure of failures) for (const every of DISTANCES) await under(call, failure, every);
  }, LIMIT_MS);
});
