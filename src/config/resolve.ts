/**
 * From a checked configuration to the settings that the server runs on: overrides applied, defaults filled in, paths
 * absolute, names resolved. Main thread, once per start.
 *
 * Precedence: command line, environment, file, defaults.
 */
import { resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { checkTogether } from './resolve/together.ts';
import { type ContainerLimits, containerLimits } from './resolve/container-limits.ts';
import { type Overrides, NO_OVERRIDES } from './resolve/overrides.ts';
import { resolveAccessLogs } from './resolve/access-logs.ts';
import { readErrorPages } from './resolve/error-pages.ts';
import { observeSettings } from './resolve/observability.ts';
import { limitSettings } from './resolve/limits.ts';
import { resolveListen } from './resolve/listen.ts';
import { type MountContext, resolveMounts } from './resolve/mounts.ts';
import type { CheckedConfig } from './schema.ts';
import { LEAST_CACHE_BYTES } from './schema/cache.ts';
import { resolveWorkers } from './resolve/pools.ts';
import { resolveProxying } from './resolve/proxy.ts';
import { checkTlsTogether, hstsValue } from './resolve/tls.ts';
import { show } from './values/show.ts';
import type { AccessLog, Application, Cache, Compress, Config, Health, ListenAddress, Mount, ProcessSettings, Settings } from './types.ts';
import { checkConfig } from './validate.ts';

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
    listen: await resolveListen(checked.listen, { directory: input.directory, ...input.defaults }, overrides, problems),
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

/** What can be known at once. */
function commonSettings(checked: CheckedConfig, directory: string, container: ContainerLimits, problems: ConfigProblem[]): Omit<Settings, 'listen' | 'app' | 'workers' | 'pools' | 'workerHeap' | 'ioThreads' | 'mounts' | 'upstreams' | 'proxy'> {
  return {
    workerNice: checked.workerNice,
    files: checked.files,
    compress: checked.compress ?? NO_COMPRESSION,
    cache: cacheSettings(checked.cache, container),
    learnEarlyHints: checked.learnEarlyHints,
    hosts: checked.hosts ?? [],
    trustProxy: checked.trustProxy,
    hsts: hstsValue(checked.hsts ?? undefined),
    errorPages: readErrorPages(checked.errorPages ?? [], directory, problems),
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
    asNodeHttp: false,
    threadName: 'fs-io',
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
