import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerLimits } from '../../src/config/resolve/container-limits.ts';
import { NO_OVERRIDES, readOverrides } from '../../src/config/resolve/overrides.ts';
import { COMMAND_DEFAULTS, type Defaults, LIBRARY_DEFAULTS, resolveConfig } from '../../src/config/resolve.ts';
import { toNativeOptions } from '../../src/config/to-native.ts';
import { resolveWorkers } from '../../src/config/resolve/pools.ts';
import type { CheckedPool } from '../../src/config/schema/pools.ts';
import { slotCounts } from '../../src/supervisor/workers/slot-table.ts';
import type { Config, Settings } from '../../src/config/types.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-resolve-'));
});
afterAll(() => rm(directory, { recursive: true }));

const handler = { fetch: () => new Response('ok') };

interface Given {
  defaults?: Defaults;
  flags?: Parameters<typeof readOverrides>[0];
  environment?: Record<string, string>;
}

function settingsOf(config: Config, { defaults = LIBRARY_DEFAULTS, flags = {}, environment = {} }: Given = {}): Promise<Settings> {
  return resolveConfig({ config, directory, source: 'test', defaults, overrides: readOverrides(flags, environment) });
}

describe('listen', () => {
  it('is every interface and port 8080 for the command', async () => {
    expect((await settingsOf({ app: handler }, { defaults: COMMAND_DEFAULTS })).listen).toEqual([{ host: '0.0.0.0', port: 8080 }]);
  });

  it('is a free port of this machine for the library', async () => {
    expect((await settingsOf({ app: handler })).listen).toEqual([{ host: '127.0.0.1', port: 0 }]);
  });

  it.each<[Config['listen'], unknown]>([
    [8080, { host: '127.0.0.1', port: 8080 }],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    [':8080', { host: '127.0.0.1', port: 8080 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    [{ host: '[::]', port: 1 }, { host: '::', port: 1 }],
    [{ host: 'localhost' }, { host: '127.0.0.1', port: 0 }],
    ['unix:/run/a.sock', { unix: '/run/a.sock' }],
  ])('understands %j', async (listen, address) => {
    expect((await settingsOf({ app: handler, listen })).listen).toEqual([address]);
  });

  it('resolves a relative socket path against the directory of the file', async () => {
    expect((await settingsOf({ app: handler, listen: { unix: 'a.sock' } })).listen).toEqual([{ unix: join(directory, 'a.sock') }]);
  });

  it('refuses a host name without address', async () => {
    await expect(settingsOf({ app: handler, listen: { host: 'no-such-host.invalid' } })).rejects.toThrow('listen[0].host: got "no-such-host.invalid", which has no address here.');
  });

  it('refuses a socket path that does not fit into an address', async () => {
    await expect(settingsOf({ app: handler, listen: { unix: `/${'x'.repeat(107)}` } })).rejects.toThrow('at most 107 bytes');
  });
});

describe('precedence', () => {
  const file: Config = { app: './app.ts', listen: [{ host: '127.0.0.2', port: 1 }, { unix: '/a' }], workers: 1, ioThreads: 2, log: { access: 'off' } };
  const environment = { FASTSERVE_PORT: '2', PORT: '3', FASTSERVE_HOST: '127.0.0.3', FASTSERVE_WORKERS: '5', WEB_CONCURRENCY: '6', FASTSERVE_IO_THREADS: '3', FASTSERVE_LOG: 'json' };

  it('puts the environment above the file', async () => {
    const settings = await settingsOf(file, { environment });
    expect(settings.listen).toEqual([{ host: '127.0.0.3', port: 2 }, { unix: '/a' }]);
    expect([settings.workers, settings.ioThreads, settings.log.access.map(({ form }) => form)]).toEqual([5, 3, ['json']]);
  });

  it('puts the command line above the environment', async () => {
    const flags = { port: '9', host: '127.0.0.9', workers: '7', ioThreads: '4', log: 'text' };
    const settings = await settingsOf(file, { flags, environment });
    expect(settings.listen[0]).toEqual({ host: '127.0.0.9', port: 9 });
    expect([settings.workers, settings.ioThreads, settings.log.access.map(({ form }) => form)]).toEqual([7, 4, ['text']]);
  });

  it('falls back to PORT and WEB_CONCURRENCY', async () => {
    const settings = await settingsOf(file, { environment: { PORT: '3', WEB_CONCURRENCY: '6' } });
    expect([settings.listen[0], settings.workers]).toEqual([{ host: '127.0.0.2', port: 3 }, 6]);
  });

  it('takes an empty variable as not set', async () => {
    expect((await settingsOf(file, { environment: { PORT: '' } })).listen[0]).toEqual({ host: '127.0.0.2', port: 1 });
  });

  it('adds an address for --port when the file has only sockets', async () => {
    expect((await settingsOf({ app: handler, listen: { unix: '/a' } }, { flags: { port: '80' } })).listen).toEqual([{ unix: '/a' }, { host: '127.0.0.1', port: 80 }]);
  });
});

describe('the application', () => {
  it('is a module relative to the file, run by the workers that the I/O threads leave', async () => {
    const settings = await settingsOf({ app: './site/app.ts' });
    expect(settings.app).toEqual({ kind: 'module', file: join(directory, 'site/app.ts'), shown: './site/app.ts' });
    expect(settings.workers).toBe(Math.max(1, availableParallelism() - 1));
  });

  it('may be a file: URL', async () => {
    expect((await settingsOf({ app: pathToFileURL('/srv/app.js') })).app).toMatchObject({ kind: 'module', file: '/srv/app.js' });
  });

  it('runs in this thread when it is an object or a function', async () => {
    const settings = await settingsOf({ app: () => {} });
    expect([settings.app?.kind, settings.workers]).toEqual(['inline', 0]);
  });

  it('is not needed when there are files, and then there are no workers', async () => {
    const settings = await settingsOf({ static: [{ prefix: '/', root: '.' }], workers: 4 });
    expect([settings.app, settings.workers]).toEqual([null, 0]);
  });
});

describe('static', () => {
  it('fills in what was left out', async () => {
    expect((await settingsOf({ static: [{ prefix: '/a', root: '.' }] })).mounts).toEqual([
      {
        prefix: '/a/',
        host: '',
        root: directory,
        index: ['index.html'],
        fallthrough: false,
        dotfiles: false,
        listing: false,
        internal: false,
        precompressed: ['br', 'zstd', 'gzip'],
        compress: true,
        cacheControl: '',
        cacheRules: [],
        fields: '',
        fallback: '',
        notFound: '',
        manifest: null,
      },
    ]);
  });

  it('falls through to the application at "/" unless told otherwise', async () => {
    expect((await settingsOf({ app: handler, static: [{ prefix: '/', root: '.' }] })).mounts[0]?.fallthrough).toBe(true);
    expect((await settingsOf({ app: handler, static: [{ prefix: '/', root: '.', fallthrough: false }] })).mounts[0]?.fallthrough).toBe(false);
    expect((await settingsOf({ app: handler, static: [{ prefix: '/a/', root: '.' }] })).mounts[0]?.fallthrough).toBe(false);
  });

  it('makes Cache-Control of maxAge', async () => {
    expect((await settingsOf({ static: [{ prefix: '/', root: '.', maxAge: '365d', index: false }] })).mounts[0]).toMatchObject({ cacheControl: 'public, max-age=31536000', index: [] });
  });

  it('makes Cache-Control of each cache rule', async () => {
    const cache = [
      { match: '*.[0-9a-f]{8}.*', maxAge: '1y', immutable: true },
      { match: '*.html', cacheControl: 'no-cache' },
      { match: 'fonts/**', maxAge: 90_000 },
    ];
    expect((await settingsOf({ static: [{ prefix: '/', root: '.', cache }] })).mounts[0]?.cacheRules).toEqual([
      { match: '*.[0-9a-f]{8}.*', cacheControl: 'public, max-age=31536000, immutable' },
      { match: '*.html', cacheControl: 'no-cache' },
      { match: 'fonts/**', cacheControl: 'public, max-age=90' },
    ]);
  });

  it('makes field lines of headers', async () => {
    const headers = { 'X-Frame-Options': 'DENY', vary: 'Origin' };
    expect((await settingsOf({ static: [{ prefix: '/', root: '.', headers }] })).mounts[0]?.fields).toBe('X-Frame-Options: DENY\r\nvary: Origin\r\n');
  });

  it('takes the precompressed codings that are named, in their order', async () => {
    const codings = async (precompressed: unknown) => (await settingsOf({ static: [{ prefix: '/', root: '.', precompressed: precompressed as never }] })).mounts[0]?.precompressed;
    expect(await codings(['gzip', 'br'])).toEqual(['gzip', 'br']);
    expect(await codings(true)).toEqual(['br', 'zstd', 'gzip']);
    expect(await codings(false)).toEqual([]);
  });

  it('does not fall through where only the application reaches the directory', async () => {
    expect((await settingsOf({ app: handler, static: [{ prefix: '/', root: '.', internal: true }] })).mounts[0]).toMatchObject({ internal: true, fallthrough: false });
  });
});

describe('compress', () => {
  const site = { static: [{ prefix: '/', root: '.' }] };

  it('is on for files with every coding, unless told otherwise', async () => {
    for (const compress of [undefined, true, {}]) {
      const settings = await settingsOf({ ...site, compress });
      expect(settings.mounts[0]?.compress).toBe(true);
      expect(settings.compress).toMatchObject({
        codings: ['br', 'zstd', 'gzip'],
        minBytes: 1024,
        maxBytes: 1_048_576,
        cacheBytes: 33_554_432,
        levels: { br: 9, zstd: 12, gzip: 9 },
      });
      expect(settings.compress.types).toContain('text/*');
    }
  });

  it('takes what is told and keeps the defaults of the rest', async () => {
    const compress = { codings: ['gzip'] as const, types: ['Text/CSS', 'application/*+json'], minBytes: '2kb', levels: { gzip: 1 } };
    expect((await settingsOf({ ...site, compress })).compress).toEqual({
      codings: ['gzip'],
      types: ['text/css', 'application/*+json'],
      minBytes: 2048,
      maxBytes: 1_048_576,
      cacheBytes: 33_554_432,
      levels: { br: 9, zstd: 12, gzip: 1 },
      dynamic: null,
    });
  });

  it('is off for one directory, or for the whole server', async () => {
    const both = await settingsOf({ static: [{ prefix: '/', root: '.', compress: false }, { prefix: '/a/', root: '.' }] });
    expect(both.mounts.map((mount) => mount.compress)).toEqual([false, true]);
    const none = await settingsOf({ ...site, compress: false });
    expect([none.mounts[0]?.compress, none.compress.codings]).toEqual([false, []]);
  });
});

describe('pools', () => {
  it('begin with the default one, whose workers are those of the short form', async () => {
    const { pools, workers } = await settingsOf({ app: './app.ts', workers: 3, pools: { reports: {}, uploads: { workers: 2 } } });
    expect(workers).toBe(3);
    expect(pools.map((pool) => [pool.name, pool.workers])).toEqual([['default', 3], ['reports', 1], ['uploads', 2]]);
  });

  it('take the number of the default one from the command line first', async () => {
    const settings = await settingsOf({ app: './app.ts', pools: { default: { workers: 3 } } }, { flags: { workers: '5' } });
    expect([settings.workers, settings.pools[0]?.workers]).toEqual([5, 5]);
  });

  it('follow their lines between the numbers that they are given, the processors by default', async () => {
    const { pools, workers } = await settingsOf({ app: './app.ts', pools: { default: { workers: { min: 2, max: 9 } }, reports: { workers: {} } } });
    expect(workers).toBe(2);
    expect(pools.map(({ elastic }) => elastic)).toEqual([{ min: 2, max: 9, wait: 100, idle: 60_000 }, { min: 1, max: expect.any(Number), wait: 100, idle: 60_000 }]);
    expect(toNativeOptions(await settingsOf({ app: './app.ts', pools: { reports: { workers: {} } } }), [1, 1]).pools?.map(({ exact }) => exact)).toEqual([false, true]);
  });

  it('are none without workers', async () => {
    expect((await settingsOf({ app: handler })).pools).toEqual([]);
  });
});

describe('in a container', () => {
  const app = { kind: 'module', file: '/app.ts', shown: './app.ts' } as const;
  const workersIn = (container: ContainerLimits, pools: Record<string, CheckedPool> = {}) =>
    resolveWorkers({ workers: undefined, pools }, app, NO_OVERRIDES, 1, [], container);

  it('"auto" is no more than the processors that it may use', () => {
    expect(workersIn({ processors: 1, memoryBytes: undefined })).toMatchObject({ workers: 1, workerHeap: 0 });
  });

  it('the workers share three quarters of its memory with the main thread, at least 64 MiB each', () => {
    const gibibyte = 1_073_741_824;
    expect(workersIn({ processors: 1, memoryBytes: gibibyte }).workerHeap).toBe((gibibyte * 3) / 8);
    expect(workersIn({ processors: 1, memoryBytes: 134_217_728 }).workerHeap).toBe(67_108_864);
  });
});

describe('the options of the addon', () => {
  it('have every default', async () => {
    expect(toNativeOptions(await settingsOf({ app: './app.ts', workers: 2 }), [2])).toEqual({
      listen: [{ host: '127.0.0.1', port: 0, tls: false, redirect: false, proxyProtocol: false, announcers: [] }],
      mounts: [],
      upstreams: [],
      proxy: [],
      compress: expect.objectContaining({ codings: ['br', 'zstd', 'gzip'], minBytes: 1024, maxBytes: 1_048_576 }),
      observe: { metrics: false, serverTiming: false, tracesPerSecond: 0, traceShare: 0, slow: 0 },
      compressDynamic: expect.objectContaining({ codings: [], secrets: false }),
      health: { live: '', ready: '', startup: '' },
      cache: { bytes: 67_108_864, maxEntryBytes: 1_048_576, lock: 5000, status: false },
      hints: { learn: false, maxAge: 0, origins: [] },
      hsts: '',
      errorPages: [],
      hosts: [],
      trustProxy: [],
      limits: { requestLine: 8192, head: 32_768, fields: 100, body: 1_048_576, queued: 4096, inFlight: 4096, connections: 20_000, minRate: 100 },
      timeouts: { handshake: 10_000, header: 10_000, body: 30_000, bodyTotal: 300_000, keepAlive: 10_000, write: 30_000, request: 30_000, requestSoft: 0, queue: 10_000, quarantine: 60_000, client: 0 },
      replay: 'never',
      gate: { access: [], bodies: [], bandwidth: [], rates: [], concurrency: [], auth: [], connectionsPerAddress: 0, connectionRate: { intervalNs: 0, burst: 0 }, uncounted: [], rateKeys: 65_536 },
      head: { lines: [], hidesIdentity: false },
      ioThreads: 1,
      workerNice: 19,
      slots: 2,
      pools: [{ name: 'default', slots: 2, exact: false, queued: null, maxWait: null, order: 'fifo', fair: '' }],
      files: { threads: 2, queue: 1024 },
      asNodeHttp: false,
      threadName: 'fs-io',
      lookAgain: 1000,
      logs: [],
      clients: { views: 'full', period: 86_400 },
      direct: false,
    });
  });

  it('have one slot for an inline application', async () => {
    expect(slotCounts((await settingsOf({ app: handler })).pools)).toEqual([1]);
  });

  it('take sizes and times in every notation', async () => {
    const settings = await settingsOf({ app: handler, limits: { body: '1.5gb', head: '40 KiB' }, timeouts: { request: '2m', write: 0, queue: '250ms' }, log: { access: 'text', path: 'a.log', only: { slower: '1s' } } });
    const options = toNativeOptions(settings, [1]);
    expect([options.limits.body, options.limits.head]).toEqual([1_610_612_736, 40_960]);
    expect([options.timeouts.request, options.timeouts.write, options.timeouts.queue]).toEqual([120_000, 0, 250]);
    expect(options.logs).toMatchObject([{ form: 'text', path: join(directory, 'a.log'), only: { slower: 1000 } }]);
  });
});

describe('hosts and networks', () => {
  it('are in lower case, and IPv6 hosts in brackets', async () => {
    const settings = await settingsOf({ app: handler, hosts: ['A.Example', '*.B.example', '::1', '127.0.0.1'] });
    expect(settings.hosts).toEqual(['a.example', '*.b.example', '[::1]', '127.0.0.1']);
  });

  it.each(['10.0.0.0/8', '127.0.0.1', '::1', '2001:db8::/32', '0.0.0.0/0', 'unix'])('%s may be trusted', async (network) => {
    expect((await settingsOf({ app: handler, trustProxy: [network] })).trustProxy).toEqual([network]);
  });

  it.each(['', 'localhost', '10.0.0.0/', '10.0.0.0/08', '::/129', '::ffff:10.0.0.0/104', 'fe80::1%eth0', '10.0.0.0/8 ', 'unix:/a'])('%j may not', async (network) => {
    await expect(settingsOf({ app: handler, trustProxy: [network] })).rejects.toThrow('trustProxy[0]');
  });

  it.each(['', '*', '*.', 'a..b', '*.*.a', 'a.*', 'a/b', 'a b', '.a', 'a.', '[::1', '-a'])('%j is no host', async (host) => {
    await expect(settingsOf({ app: handler, hosts: [host] })).rejects.toThrow('hosts[0]');
  });

  it('fit a mount whose wildcard overlaps', async () => {
    const mounts = async (host: string) => (await settingsOf({ hosts: ['*.example', 'a.other'], static: [{ prefix: '/', root: '.', host }] })).mounts;
    for (const host of ['a.example', '*.a.example', '*.other', '*.example']) expect(await mounts(host)).toHaveLength(1);
  });
});
