/**
 * What a configuration has where it says nothing: checked values, as the schema would give them. One table for both: sections that are
 * written take from here what they leave out, sections that are not written are these, and no schema is built for them.
 */
import type { CheckedRules } from './access-log.ts';
import type { CheckedCache } from './cache.ts';
import type { CheckedConfig } from '../schema.ts';
import type { CheckedLimits } from './limits.ts';
import type { CheckedSecurity } from './security.ts';
import type { CheckedLog } from './log.ts';
import type { CheckedShutdown } from './operations.ts';
import type { LogCondition } from '../types/access-log.ts';
import type { Compress, CompressDynamic, Files, LearnEarlyHints, Recycle, Timeouts } from '../types.ts';

export const FILES: Files = { threads: 2, queue: 1024 };

/** What is text or like it, and formats that are not compressed by themselves. */
const COMPRESSIBLE = [
  'text/*', 'application/json', 'application/*+json', 'application/xml', 'application/*+xml', 'application/javascript',
  'application/wasm', 'application/yaml', 'application/toml', 'application/rtf', 'image/svg+xml', 'image/bmp',
  'image/vnd.microsoft.icon', 'font/ttf', 'font/otf', 'font/collection', 'application/vnd.ms-fontobject', 'model/gltf+json',
];

export const COMPRESS: Compress = {
  codings: ['br', 'zstd', 'gzip'],
  types: COMPRESSIBLE,
  minBytes: 1024,
  maxBytes: 1_048_576,
  cacheBytes: 33_554_432,
  levels: { br: 9, zstd: 12, gzip: 9 },
  dynamic: null,
};

/** Where it is wanted. */
export const DYNAMIC_COMPRESSION: CompressDynamic = { codings: ['zstd', 'br', 'gzip'], types: undefined, minBytes: 1024, levels: { br: 4, zstd: 3, gzip: 4 }, secrets: false };

export const CACHE: CheckedCache = { bytes: undefined, maxEntryBytes: 1_048_576, lock: 5000, status: false };

export const LIMITS: CheckedLimits = {
  requestLine: 8192,
  head: 32_768,
  fields: 100,
  body: 1_048_576,
  queued: 4096,
  inFlight: 4096,
  connections: 20_000,
  minRate: 100,
  connectionsPerAddress: 0,
  connectionRate: { intervalNs: 0, burst: 0 },
  uncounted: [],
  rate: [],
  rateKeys: 65_536,
  concurrency: [],
  bandwidth: [],
  bodies: [],
};

const SECURITY: CheckedSecurity = { head: { lines: [], hidesIdentity: false }, clients: { views: 'full', period: 86_400 } };

export const TIMEOUTS: Timeouts = {
  handshake: 10_000,
  header: 10_000,
  body: 30_000,
  bodyTotal: 300_000,
  keepAlive: 10_000,
  write: 30_000,
  request: 30_000,
  requestSoft: 0,
  client: false,
  slow: 5_000,
  queue: 10_000,
  quarantine: 60_000,
  start: 30_000,
  stop: 10_000,
  drain: 60_000,
};

export const RECYCLE: Recycle = { requests: 0, jitter: 0.1, age: 0, heap: 0, external: 0 };

const NO_CONDITION: LogCondition = { lanes: [], statuses: [], paths: [], slower: 0, values: [] };

export const LOG_RULES: CheckedRules = {
  format: undefined,
  fields: undefined,
  path: undefined,
  client: 'full',
  sample: 1,
  status: [],
  slow: 0,
  query: true,
  redact: [],
  only: NO_CONDITION,
  except: NO_CONDITION,
};

export const LOG: CheckedLog = { access: undefined, rules: LOG_RULES, app: 'auto', level: 'info' };

export const EARLY_HINTS: LearnEarlyHints = { origins: [], maxAge: 3_600_000 };

const SHUTDOWN: CheckedShutdown = { lameDuck: undefined, grace: undefined };

/** Nobody changes them: settings are made anew for each server. */
export const DEFAULTS: Readonly<CheckedConfig> = {
  listen: undefined,
  app: undefined,
  workers: undefined,
  pools: {},
  ioThreads: undefined,
  workerNice: 19,
  static: undefined,
  files: FILES,
  proxy: [],
  upstreams: {},
  compress: COMPRESS,
  cache: CACHE,
  learnEarlyHints: null,
  hosts: undefined,
  trustProxy: [],
  hsts: undefined,
  errorPages: undefined,
  limits: LIMITS,
  access: [],
  auth: [],
  security: SECURITY,
  timeouts: TIMEOUTS,
  recycle: RECYCLE,
  replay: 'never',
  acceptWhileLoading: true,
  reload: 'auto',
  log: LOG,
  health: null,
  metrics: undefined,
  trace: undefined,
  admin: undefined,
  shutdown: SHUTDOWN,
  control: undefined,
  pidFile: undefined,
  user: undefined,
  group: undefined,
  direct: false,
};
