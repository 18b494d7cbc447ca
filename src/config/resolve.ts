/**
 * From a checked configuration to the settings that the server runs on: overrides applied, defaults filled in, paths
 * absolute, names resolved. Main thread, once per start.
 *
 * Precedence: command line, environment, file, defaults. `--host` and `--port` (and their variables) change the first TCP
 * address of `listen`, or add one when there is none.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { type ContainerLimits, containerLimits } from './container-limits.ts';
import { inheritedSockets } from './inherited.ts';
import { type Overrides, NO_OVERRIDES } from './overrides.ts';
import { resolveAccessLogs } from './resolve-log.ts';
import { observeSettings } from './resolve-observability.ts';
import { limitSettings } from './resolve-limits.ts';
import { type MountContext, resolveMounts } from './resolve-mounts.ts';
import type { CheckedConfig } from './schema.ts';
import { LEAST_CACHE_BYTES } from './schema-cache.ts';
import { resolveWorkers } from './resolve-pools.ts';
import { resolveProxying } from './resolve-proxy.ts';
import { checkTlsTogether, hstsValue, resolveTls } from './resolve-tls.ts';
import { show } from './text.ts';
import type { AccessLog, Application, Cache, Compress, Config, Health, ListenAddress, Mount, ProcessSettings, Settings } from './types.ts';
import { checkConfig } from './validate.ts';
import { type ListenSpec, plainAddress, type TcpSpec, type UnixSpec } from './values.ts';

/** Defaults that differ between the command and the library. */
export interface Defaults {
  host: string;
  port: number;
  access: AccessLog;
}

const ANYWHERE = '0.0.0.0';

/** `fastserve start`: reachable from outside, as a container expects. */
export const COMMAND_DEFAULTS: Defaults = { host: ANYWHERE, port: 8080, access: 'text' };
/** serve(): a free port of this machine only, nothing printed; made for tests and embedding. */
export const LIBRARY_DEFAULTS: Defaults = { host: '127.0.0.1', port: 0, access: 'off' };

export interface ConfigInput {
  /** As written; not yet checked. */
  config: unknown;
  /** Relative paths start here: the directory of the configuration file. Absolute. */
  directory: string;
  /** Names the configuration in messages. */
  source: string;
  defaults: Defaults;
  overrides?: Overrides;
  /** Those of this process when absent. */
  container?: ContainerLimits;
}

/** sun_path holds 108 bytes with the closing NUL (unix(7)). */
const MAX_UNIX_PATH_BYTES = 107;

/** Checks and completes a configuration. Throws ConfigError with everything that is wrong. */
export async function resolveConfig(input: ConfigInput): Promise<Settings> {
  const checked = checkConfig(input.config, input.source);
  const overrides = input.overrides ?? NO_OVERRIDES;
  const container = input.container ?? containerLimits();
  const problems: ConfigProblem[] = [];
  const app = resolveApplication(checked.app, input.directory, problems);
  if (checked.app === undefined && (checked.static ?? []).length === 0 && checked.proxy.length === 0) problems.push(NOTHING_TO_SERVE);
  const ioThreads = overrides.ioThreads ?? checked.ioThreads ?? 1;
  const settings: Settings = {
    ...commonSettings(checked, input.directory, container, problems),
    listen: await resolveListen(checked.listen, input, overrides, problems),
    app,
    ...resolveWorkers(checked, app, overrides, ioThreads, problems, container),
    ioThreads,
    mounts: await resolveMounts(checked.static ?? [], mountContext(checked, input.directory), problems),
    ...(await resolveProxying(checked, input.directory, problems)),
  };
  settings.log.access = resolveAccessLogs(checked.log, input.directory, overrides.access, input.defaults.access);
  checkTogether(settings, problems);
  checkTlsTogether(settings.listen, checked.hsts ?? undefined, problems);
  if (problems.length > 0) throw new ConfigError(input.source, problems);
  return settings;
}

/** What needs neither the file system nor the network to be known. */
function commonSettings(checked: CheckedConfig, directory: string, container: ContainerLimits, problems: ConfigProblem[]): Omit<Settings, 'listen' | 'app' | 'workers' | 'pools' | 'workerHeap' | 'ioThreads' | 'mounts' | 'upstreams' | 'proxy'> {
  return {
    workerNice: checked.workerNice,
    files: checked.files,
    compress: checked.compress ?? NO_COMPRESSION,
    cache: cacheSettings(checked.cache, container),
    hosts: checked.hosts ?? [],
    trustProxy: checked.trustProxy,
    hsts: hstsValue(checked.hsts ?? undefined),
    shutdown: { lameDuck: checked.shutdown.lameDuck ?? 0, grace: checked.shutdown.grace ?? checked.timeouts.stop },
    process: resolveProcess(checked, directory),
    ...limitSettings(checked, directory, problems),
    timeouts: checked.timeouts,
    recycle: checked.recycle,
    replay: checked.replay,
    acceptWhileLoading: checked.acceptWhileLoading,
    reload: checked.reload,
    log: { access: resolveAccessLogs(checked.log, directory, undefined, 'off'), app: checked.log.app, level: checked.log.level },
    health: checked.health ?? NO_HEALTH,
    observe: observeSettings(checked),
    metrics: checked.metrics ?? null,
    admin: checked.admin ?? null,
    direct: checked.direct,
    debug: false,
  };
}

/**
 * Settings for an application of the calling thread on one address that is known already, with no static directories: made
 * at once, where resolveConfig() must wait. Throws ConfigError.
 */
export function inlineSettings(config: Config, listen: ListenAddress, source: string): Settings {
  const checked = checkConfig(config, source);
  const container = containerLimits();
  const problems: ConfigProblem[] = [];
  const settings: Settings = {
    ...commonSettings(checked, process.cwd(), container, problems),
    listen: [listen],
    app: null,
    ...resolveWorkers(checked, null, NO_OVERRIDES, 1, problems, container),
    ioThreads: checked.ioThreads ?? 1,
    mounts: [],
    upstreams: [],
    proxy: [],
  };
  for (const [index, { checker }] of settings.gate.auth.entries()) {
    if (checker === null) continue;
    problems.push({ path: `auth[${index}].request`, text: 'is for servers of serve() and of the command line. Check in the application, or use serve().' });
  }
  checkTogether(settings, problems);
  if (problems.length > 0) throw new ConfigError(source, problems);
  return settings;
}

function resolveProcess({ control, pidFile, user, group }: CheckedConfig, directory: string): ProcessSettings {
  const absolute = (path: string | undefined): string => (path === undefined ? '' : resolvePath(directory, path));
  return { control: control === false ? false : absolute(control), pidFile: absolute(pidFile), user: user ?? '', group: group ?? '' };
}

const NO_COMPRESSION: Compress = { codings: [], types: [], minBytes: 0, maxBytes: 0, cacheBytes: 0, levels: { br: 1, zstd: 1, gzip: 1 }, dynamic: null };
const NO_CACHE: Cache = { bytes: 0, maxEntryBytes: 0, lock: 0, status: false };

const USUAL_CACHE_BYTES = 67_108_864;
/** Of a small container's memory. */
const SHARE_OF_CACHE = 1 / 8;

function cacheSettings(checked: CheckedConfig['cache'], { memoryBytes }: ContainerLimits): Cache {
  if (checked === null) return NO_CACHE;
  const usual = memoryBytes === undefined ? USUAL_CACHE_BYTES : Math.min(USUAL_CACHE_BYTES, Math.floor(memoryBytes * SHARE_OF_CACHE));
  return { ...checked, bytes: checked.bytes ?? Math.max(LEAST_CACHE_BYTES, usual) };
}

const NO_HEALTH: Health = { live: '', ready: '', startup: '' };

function mountContext(checked: CheckedConfig, directory: string): MountContext {
  return { directory, hasApp: checked.app !== undefined, compresses: checked.compress !== null };
}

/** The static directories alone, for what needs no server: neither addresses nor certificates are looked at. */
export async function resolveStatic(input: Omit<ConfigInput, 'defaults' | 'overrides'>): Promise<Mount[]> {
  const checked = checkConfig(input.config, input.source);
  const problems: ConfigProblem[] = [];
  const mounts = await resolveMounts(checked.static ?? [], mountContext(checked, input.directory), problems);
  if (problems.length > 0) throw new ConfigError(input.source, problems);
  return mounts;
}

const NOTHING_TO_SERVE: ConfigProblem = {
  path: '',
  text: 'there is neither an app nor a static directory nor a proxy. Set "app" to a module, "static" to a list of directories or "proxy" to a list of upstreams.',
};

function resolveApplication(app: CheckedConfig['app'], directory: string, problems: ConfigProblem[]): Application | null {
  if (app === undefined) return null;
  if (typeof app !== 'string' && !(app instanceof URL)) return { kind: 'inline', value: app };
  const shown = String(app);
  if (!/^[a-z][a-z0-9+.-]+:/i.test(shown)) return { kind: 'module', file: resolvePath(directory, shown), shown };
  try {
    return { kind: 'module', file: fileURLToPath(shown), shown };
  } catch {
    problems.push({ path: 'app', text: `got ${show(shown)}, expected a path or a file: URL. Write for example "./app.ts".` });
    return null;
  }
}

/** IPv4, which is told without node:net: the usual start does not wait for that. */
const PLAIN_ADDRESS = /^(?:(?:25[0-5]|(?:2[0-4]|1\d|[1-9]?)\d)(?:\.(?!$)|$)){4}$/;

const NO_CLIENT_CERTIFICATES = { ca: undefined, clientCertificates: undefined, minVersion: undefined, sni: undefined };

async function resolveListen(
  specs: ListenSpec[] | undefined,
  input: ConfigInput,
  overrides: Overrides,
  problems: ConfigProblem[],
): Promise<ListenAddress[]> {
  const list: ListenSpec[] = [...(specs ?? [plainAddress(undefined, undefined)])];
  if (overrides.host !== undefined || overrides.port !== undefined || overrides.tls !== undefined) {
    const index = list.findIndex(isTcp);
    const tcp = list.find(isTcp) ?? plainAddress(undefined, undefined);
    if (overrides.tls !== undefined && (tcp.tls !== undefined || tcp.redirect !== undefined)) {
      const key = tcp.tls === undefined ? 'redirect' : 'tls';
      problems.push({ path: '--https', text: `is for a site without certificates of its own, and listen[${index}] has ${key}. Leave --https out.` });
    }
    list[index === -1 ? list.length : index] = {
      ...tcp,
      host: overrides.host ?? tcp.host,
      port: overrides.port ?? tcp.port,
      tls: overrides.tls === undefined ? tcp.tls : { ...NO_CLIENT_CERTIFICATES, ...overrides.tls },
    };
  }
  const addresses = (await Promise.all(list.map((spec, index) => resolveSpec(spec, index, input, problems)))).flat();
  checkDuplicates(addresses, problems);
  return addresses;
}

function isTcp(spec: ListenSpec): spec is TcpSpec {
  return !('unix' in spec) && !('fd' in spec);
}

async function resolveSpec(spec: ListenSpec, index: number, input: ConfigInput, problems: ConfigProblem[]): Promise<ListenAddress[]> {
  const path = `listen[${index}]`;
  if (!('fd' in spec)) return [await resolveAddress(spec, index, input, problems)];
  const tls = spec.tls && (await resolveTls(spec.tls, input.directory, `${path}.tls`, problems));
  const { redirect, proxyProtocol } = spec;
  return inheritedSockets(spec.fd, `${path}.fd`, problems).map((fd) => ({ fd, tls, redirect, proxyProtocol }));
}

async function resolveAddress(spec: TcpSpec | UnixSpec, index: number, input: ConfigInput, problems: ConfigProblem[]): Promise<ListenAddress> {
  const { proxyProtocol } = spec;
  if ('unix' in spec) {
    const unix = resolvePath(input.directory, spec.unix);
    if (Buffer.byteLength(unix) > MAX_UNIX_PATH_BYTES) {
      const text = `got ${show(unix)}, expected an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes. Use a shorter directory such as "/run/site.sock".`;
      problems.push({ path: `listen[${index}].unix`, text });
    }
    return { unix, proxyProtocol };
  }
  const host = spec.host ?? input.defaults.host;
  const port = spec.port ?? input.defaults.port;
  const rest = {
    port,
    tls: spec.tls && (await resolveTls(spec.tls, input.directory, `listen[${index}].tls`, problems)),
    redirect: spec.redirect,
    proxyProtocol,
  };
  // Not left to the resolver: it may answer ::1 first, and then nobody reaches 127.0.0.1.
  if (host.toLowerCase() === 'localhost') return { host: '127.0.0.1', ...rest };
  if (PLAIN_ADDRESS.test(host) || isIP(host) !== 0) return { host, ...rest };
  try {
    return { host: (await lookup(host)).address, ...rest };
  } catch {
    problems.push({ path: `listen[${index}].host`, text: `got ${show(host)}, which has no address here. Use a literal IP such as "127.0.0.1", or "0.0.0.0" for every interface.` });
    return { host, ...rest };
  }
}

function checkDuplicates(addresses: readonly ListenAddress[], problems: ConfigProblem[]): void {
  const seen = new Map<string, number>();
  for (const [index, address] of addresses.entries()) {
    if ('port' in address && address.port === 0) continue;
    const key = 'port' in address ? `${address.host} ${address.port}` : 'fd' in address ? `fd ${address.fd}` : address.unix;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else problems.push({ path: `listen[${index}]`, text: `is the same address as listen[${first}]. Remove one of the two.` });
  }
}

/** Rules between keys. */
function checkTogether(settings: Settings, problems: ConfigProblem[]): void {
  for (const [index, { host }] of settings.mounts.entries()) {
    if (host === '' || settings.hosts.length === 0 || settings.hosts.some((served) => overlaps(served, host))) continue;
    problems.push({ path: `static[${index}].host`, text: `got ${show(host)}, which no request can have, for hosts does not list it. Add it to hosts, or remove one of the two.` });
  }
  for (const [index, { checker }] of settings.gate.auth.entries()) {
    if (checker?.upstream === '' && settings.app === null) {
      problems.push({ path: `auth[${index}].request.view`, text: 'needs an app whose view answers. Set app, or name an upstream and a path.' });
    }
  }
  const { minBytes, maxBytes } = settings.compress;
  if (minBytes > maxBytes) {
    problems.push({ path: 'compress.minBytes', text: `got ${minBytes}, more than compress.maxBytes (${maxBytes}), so nothing is ever compressed. Lower it.` });
  }
  const { request, requestSoft } = settings.timeouts;
  if (request > 0 && requestSoft >= request) {
    const text = `got ${requestSoft}, expected less than timeouts.request (${request}), behind which nobody waits for the answer. Lower it, or set it to 0.`;
    problems.push({ path: 'timeouts.requestSoft', text });
  }
  if (settings.limits.requestLine > settings.limits.head) {
    const text = `got ${settings.limits.requestLine}, more than limits.head (${settings.limits.head}), which includes it. Raise limits.head.`;
    problems.push({ path: 'limits.requestLine', text });
  }
  if (settings.direct && (settings.workers > 0 || settings.ioThreads !== 1 || settings.app === null)) {
    problems.push({ path: 'direct', text: 'needs an app, workers: 0 and ioThreads: 1.' });
  }
}

/** Whether some host fits both patterns. */
function overlaps(a: string, b: string): boolean {
  const below = (host: string, pattern: string) => pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
  return a === b || below(a, b) || below(b, a);
}
