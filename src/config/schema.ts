/**
 * The one schema of the configuration. It checks and normalises single values; what needs the file's directory, the
 * environment or several keys at once is in resolve.ts.
 *
 * Every message is written here and in schema/ in full: what was seen, what was expected, what to do. validate.ts only adds the path.
 */
import * as v from 'valibot';
import { access } from './schema/access.ts';
import { cache, type CheckedCache } from './schema/cache.ts';
import { admin, health, metrics, type Trace, trace } from './schema/observability.ts';
import { account, type CheckedShutdown, control, shutdown } from './schema/operations.ts';
import { type CheckedProxy, PROXY_EXAMPLE, proxyRule } from './schema/proxy.ts';
import { type CheckedUpstream, upstreams } from './schema/upstreams.ts';
import { compress } from './schema/compress.ts';
import { learnEarlyHints } from './schema/early-hints.ts';
import { type CheckedErrorPage, errorPages } from './schema/error-pages.ts';
import { addresses } from './schema/listen.ts';
import { count, flag, isPlainObject, list, oneOf, optional, type Schema, section, sparseSection, text, value, withDefault } from './schema/parts.ts';
import { type CheckedMount, files, hostPattern, mount } from './schema/static.ts';
import { type CheckedPool, pools } from './schema/pools.ts';
import { recycle, workers } from './schema/workers.ts';
import { auth, type CheckedAuth } from './schema/auth.ts';
import { type CheckedLog, log } from './schema/log.ts';
import { type CheckedLimits, limits, timeouts } from './schema/limits.ts';
import { network } from './schema/rules.ts';
import { type CheckedSecurity, security } from './schema/security.ts';
import type { AccessRule } from './types/rules.ts';
import type { Compress, Config, Files, Health, LearnEarlyHints, Settings, SideAddress, Timeouts } from './types.ts';
import type { HstsSpec, ListenSpec } from './values/addresses.ts';
import { parseDuration, parseWhole } from './values/numbers.ts';

/** A configuration whose values are checked one by one. Keys without a default stay undefined. */
export interface CheckedConfig {
  listen: ListenSpec[] | undefined;
  app: string | URL | object | undefined;
  workers: number | 'auto' | undefined;
  pools: Record<string, CheckedPool>;
  ioThreads: number | undefined;
  workerNice: number;
  static: CheckedMount[] | undefined;
  files: Files;
  proxy: CheckedProxy[];
  upstreams: Record<string, CheckedUpstream>;
  /** null: switched off. */
  compress: Compress | null;
  /** null: switched off. */
  cache: CheckedCache | null;
  /** null: switched off. */
  learnEarlyHints: LearnEarlyHints | null;
  hosts: string[] | undefined;
  trustProxy: string[];
  /** null: switched off. */
  hsts: HstsSpec | null | undefined;
  errorPages: CheckedErrorPage[] | undefined;
  limits: CheckedLimits;
  access: AccessRule[];
  auth: CheckedAuth[];
  security: CheckedSecurity;
  timeouts: Timeouts;
  recycle: Settings['recycle'];
  replay: Settings['replay'];
  acceptWhileLoading: boolean;
  reload: Settings['reload'];
  log: CheckedLog;
  /** null: switched off. */
  health: Health | null;
  metrics: { listen: SideAddress } | undefined;
  /** null: switched off. */
  trace: Trace | null | undefined;
  admin: { listen: SideAddress; token: string } | undefined;
  shutdown: CheckedShutdown;
  control: string | false | undefined;
  pidFile: string | undefined;
  user: string | undefined;
  group: string | undefined;
  direct: boolean;
}

const hosts: Schema<string[]> = v.pipe(
  list('hosts: ["example.com", "*.example.org"]', hostPattern),
  v.check((items) => items.length > 0, 'is an empty list, which would serve nobody. Name the hosts, or remove the key to serve any.'),
) as Schema<string[]>;

const trustProxy = list('trustProxy: ["10.0.0.0/8", "::1", "unix"]', network);

const HSTS_EXAMPLE = '{ maxAge: "365d", includeSubDomains: true }';

const hstsObject = section<HstsSpec>('hsts', HSTS_EXAMPLE, () => ({
  maxAge: optional(value('a time from 0 to 10 years', 'Write for example "365d".', (input) => parseWhole(parseDuration(input), 0, 315_360_000_000))),
  includeSubDomains: withDefault(flag(), false),
  preload: withDefault(flag(), false),
}));

const hstsFlag = value('true, false or an object', `Write true, or for example ${HSTS_EXAMPLE}.`, (input): HstsSpec | null | undefined => {
  if (input === false) return null;
  return input === true ? { maxAge: undefined, includeSubDomains: false, preload: false } : undefined;
});

const hsts = v.lazy((input): Schema<HstsSpec | null> => (isPlainObject(input) ? (hstsObject as Schema<HstsSpec | null>) : hstsFlag)) as Schema<HstsSpec | null>;

/** Beyond, threads only wait for each other. */
export const MAX_IO_THREADS = 64;

const app = value('the path of a module, or an application', 'Write for example "./app.ts".', (input) => {
  if (typeof input === 'string') return input === '' || input.includes('\0') ? undefined : input;
  return typeof input === 'function' || (typeof input === 'object' && input !== null) ? input : undefined;
});

/** Input: Config; `satisfies` keeps the two sets of keys the same. Output: of the keys that are written; schema/defaults.ts has what the others are. */
export const configSchema = sparseSection<CheckedConfig>('the configuration', '{ listen: 8080, app: "./app.ts" }', {
  listen: () => addresses,
  app: () => app,
  workers: () => workers,
  pools: () => pools,
  ioThreads: () => count(1, MAX_IO_THREADS, 1),
  workerNice: () => count(0, 19, 19),
  static: () => list('static: [{ prefix: "/static/", root: "public" }]', mount),
  files: () => files,
  proxy: () => list(`proxy: [${PROXY_EXAMPLE}]`, proxyRule),
  upstreams: () => upstreams,
  compress: () => compress,
  cache: () => cache,
  learnEarlyHints: () => learnEarlyHints,
  hosts: () => hosts,
  trustProxy: () => trustProxy,
  hsts: () => hsts,
  errorPages: () => errorPages,
  limits: () => limits,
  access: () => access,
  auth: () => auth,
  security: () => security,
  timeouts: () => timeouts,
  recycle: () => recycle,
  acceptWhileLoading: () => flag(),
  reload: () => oneOf(['auto', 'together', 'rolling'] as const),
  replay: () => oneOf(['safe', 'never'] as const),
  log: () => log,
  shutdown: () => shutdown,
  control: () => control,
  pidFile: () => text('the path of a file', '"/run/site.pid"'),
  user: () => account,
  group: () => account,
  health: () => health,
  metrics: () => metrics,
  trace: () => trace,
  admin: () => admin,
  direct: () => flag(),
} satisfies Record<keyof Config, () => v.GenericSchema<unknown, unknown>>);
