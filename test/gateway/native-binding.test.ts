/** The addon's exported shapes against the types in src/native: the names of members, in both directions. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { NativePort, NativeServer, NativeServerOptions } from '../../src/native/binding.ts';
import { FRAME_TOKEN } from '../../src/gateway/queue/layout.ts';
import { native, ringBytes } from '../../src/native/load.ts';

const FOLDER = new URL('../../src/native/', import.meta.url);
const source = readdirSync(FOLDER)
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'))
  .join('\n')
  .replace(/\/\*\*.*?\*\//gs, '');

/** Names of the direct members of an interface, sorted. */
function members(name: string): string[] {
  const body = new RegExp(`export interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(source)?.[1];
  if (body === undefined) throw new Error(`no interface ${name} in src/native`);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member = '']) => member).sort();
}

/** Names that an object offers, its class included. */
function offered(value: object): string[] {
  const own = Object.getOwnPropertyNames(value);
  const prototype = Object.getPrototypeOf(value) as object;
  const inherited = prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype);
  return [...own, ...inherited].filter((name) => name !== 'constructor').sort();
}

const OPTIONS: NativeServerOptions = {
  listen: [{ host: '127.0.0.1', port: 0, proxyProtocol: false, announcers: [] }],
  mounts: [],
  upstreams: [],
  proxy: [],
  compress: { codings: ['br', 'zstd', 'gzip'], types: ['text/*'], minBytes: 0, maxBytes: 1024, cacheBytes: 65_536, levels: { br: 1, zstd: 1, gzip: 1 } },
  compressDynamic: { codings: [], types: [], minBytes: 0, maxBytes: 0, cacheBytes: 0, levels: { br: 1, zstd: 1, gzip: 1 }, secrets: false },
  hosts: [],
  trustProxy: [],
  limits: { requestLine: 8192, head: 32_768, fields: 100, body: 1024, queued: 1, inFlight: 1, connections: 10, minRate: 0 },
  timeouts: { handshake: 1000, header: 1000, body: 1000, bodyTotal: 0, keepAlive: 1000, write: 1000, request: 1000, requestSoft: 0, queue: 1000, quarantine: 0, client: 0 },
  replay: 'never',
  gate: { access: [], bodies: [], bandwidth: [], rates: [], concurrency: [], auth: [], connectionsPerAddress: 0, connectionRate: { intervalNs: 0, burst: 0 }, uncounted: [], rateKeys: 512 },
  head: { lines: [], hidesIdentity: false },
  ioThreads: 1,
  workerNice: 19,
  slots: 1,
  files: { threads: 0, queue: 1 },
  asNodeHttp: false,
  threadName: 'fs-io',
  lookAgain: 1000,
  logs: [],
  clients: { views: 'full', period: 60 },
  observe: { metrics: false, serverTiming: false, tracesPerSecond: 0, traceShare: 0, slow: 0 },
  health: { live: '', ready: '', startup: '' },
  cache: { bytes: 0, maxEntryBytes: 0, lock: 0, status: false },
  hints: { learn: false, maxAge: 0, origins: [] },
  hsts: '',
  errorPages: [],
  direct: false,
};

interface Answer {
  channel?: number;
  status?: number;
  head?: number;
  lines?: number;
  base?: number;
}

/** The frame of an answer of 200 without fields, but for what is given. */
function fill(port: NativePort, { channel = 0, status = 200, head = 0, lines = 0, base = 0 }: Answer): void {
  port.frame.set([1, channel, status, head, lines, base], FRAME_TOKEN);
}

function respond(port: NativePort, { body = null, block = '', ...answer }: Answer & { body?: string | null; block?: string | null }): void {
  fill(port, answer);
  port.respond(body, block);
}

function listening(options: Partial<NativeServerOptions> = {}): NativeServer {
  const server = new (native().Server)({ ...OPTIONS, ...options });
  server.setRings([new Uint8Array(new SharedArrayBuffer(ringBytes))]);
  server.listen();
  return server;
}

describe('the addon', () => {
  const server = listening();
  afterAll(() => new Promise<void>((resolve) => server.stop(0, resolve)));

  it('exports what NativeBinding says', () => {
    expect(offered(native())).toEqual(members('NativeBinding'));
  });

  it('makes servers as NativeServer says', () => {
    expect(offered(server)).toEqual(members('NativeServer'));
  });

  it('counts what NativeStats says', () => {
    expect(Object.keys(server.stats()).sort()).toEqual(members('NativeStats'));
  });

  it('attaches ports as NativePort says', () => {
    const port = native().attach(server.id, 0, 1, () => 0, () => {}) as NativePort;
    const names = offered(port);
    port.detach();
    expect(names).toEqual(members('NativePort'));
  });
});

describe('misuse of the addon', () => {
  it.each<[string, Partial<Record<keyof NativeServerOptions, unknown>>]>([
    ['no listen', { listen: undefined }],
    ['no limits', { limits: undefined }],
    ['limits without a number', { limits: { ...OPTIONS.limits, head: 'big' } }],
    ['no timeouts', { timeouts: undefined }],
    ['no compress', { compress: undefined }],
    ['a level that a coding has not', { compress: { ...OPTIONS.compress, levels: { ...OPTIONS.compress.levels, gzip: 10 } } }],
    ['no slots', { slots: undefined }],
  ])('options with %s are a TypeError', (_what, options) => {
    expect(() => new (native().Server)({ ...OPTIONS, ...options } as NativeServerOptions)).toThrow(TypeError);
  });

  it('calls in the wrong order throw', () => {
    const server = new (native().Server)(OPTIONS);
    expect(() => server.listen()).toThrow('setRings');
    expect(() => server.start()).toThrow('listen');
    expect(() => server.setRings([])).toThrow(TypeError);
    expect(() => server.setRings([new Uint8Array(64)])).toThrow(TypeError);
    expect(() => server.drainSlot(1)).toThrow(RangeError);
    expect(() => native().attach(0, 0, 1, () => 0, () => {})).toThrow('no such server');
    expect(() => native().attach(server.id, 9, 1, () => 0, () => {})).toThrow('no such slot');
    return new Promise<void>((resolve) => server.stop(0, resolve));
  });

  it('a slot has one owner at a time', () => {
    const server = listening();
    const port = native().attach(server.id, 0, 1, () => 0, () => {}) as NativePort;
    expect(native().attach(server.id, 0, 1, () => 0, () => {})).toBeNull();
    port.detach();
    expect(() => respond(port, {})).toThrow('has left');
    return new Promise<void>((resolve) => server.stop(0, resolve));
  });

  it('answers of a port are checked', () => {
    const server = listening();
    const port = native().attach(server.id, 0, 1, () => 0, () => {}) as NativePort;
    expect(() => respond(port, { status: 99 })).toThrow('200 to 599');
    expect(() => respond(port, { status: Number.NaN })).toThrow('200 to 599');
    expect(() => respond(port, { channel: 5 })).toThrow(TypeError);
    expect(() => respond(port, { lines: 1, block: 'a b: c\r\n' })).toThrow('not a token');
    expect(() => respond(port, { lines: 1, block: 'a: b\r\nc: d\r\n' })).toThrow('line break');
    expect(() => respond(port, { block: null })).toThrow('expected a field block');
    expect(() => respond(port, { head: 7 })).toThrow('no such registered head');
    expect(() => respond(port, { body: {} as never })).toThrow('a body is');
    expect(() => respond(port, { lines: 1, block: 'a: b\r\n', base: 7 })).toThrow('no such registered head');
    const base = port.registerHead('a: b\r\n', 1);
    expect(() => respond(port, { lines: 1, block: 'c: d\r\ne: f\r\n', base })).toThrow('line break');
    expect(() => respond(port, { lines: 1, block: `c: ${'d'.repeat(200_000)}\r\n`, base })).toThrow('too large');
    fill(port, {});
    expect(() => port.respondStatic(123_456, '')).toThrow('static body');
    expect(() => port.respondPage('', undefined, '')).toThrow('no such templates');
    port.detach();
    return new Promise<void>((resolve) => server.stop(0, resolve));
  });

  it('a manifest that cannot be compiled names its pattern', () => {
    const server = listening();
    const route = { pattern: 'a/<int:', opaque: false, methods: null, name: null, view: 'view' };
    expect(() => server.setRoutes({ routes: [route], appendSlash: true, unmatched: 'native' }, 1, [1])).toThrow('a/<int:');
    return new Promise<void>((resolve) => server.stop(0, resolve));
  });
});
