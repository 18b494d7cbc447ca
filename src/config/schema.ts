/**
 * The one schema of the configuration. It checks and normalises single values; what needs the file's directory, the
 * environment or several keys at once is in resolve.ts.
 *
 * Every message is written here in full: what was seen, what was expected, what to do. validate.ts only adds the path.
 */
import * as v from 'valibot';
import { cache } from './schema-cache.ts';
import { admin, health, metrics, type Trace, trace } from './schema-observability.ts';
import { account, type CheckedShutdown, control, shutdown } from './schema-operations.ts';
import { type CheckedProxy, PROXY_EXAMPLE, proxyRule } from './schema-proxy.ts';
import { type CheckedUpstream, upstreams } from './schema-upstreams.ts';
import { count, duration, flag, isPlainObject, list, oneOf, optional, type Schema, section, size, text, value, withDefault } from './schema-parts.ts';
import { type CheckedPool, MAX_WORKERS, pools } from './schema-pools.ts';
import { recycle } from './schema-workers.ts';
import {
  type Coding,
  parseCodings,
  parseFieldValue,
  parseHeaders,
  parseIndex,
  parseManifest,
  parsePageName,
  parsePattern,
  parsePrecompressed,
  parsePrefix,
  parseTypePattern,
} from './static-values.ts';
import { auth, type CheckedAuth } from './schema-auth.ts';
import { type CheckedLog, log } from './schema-log.ts';
import { access, type CheckedLimits, type CheckedSecurity, limitRules, security } from './schema-limits.ts';
import { show } from './text.ts';
import type { AccessRule } from './limit-types.ts';
import type { Cache, Compress, CompressDynamic, Config, Files, Health, Settings, SideAddress, Timeouts } from './types.ts';
import {
  type HstsSpec,
  type InheritedSpec,
  type ListenSpec,
  parseDuration,
  parseHost,
  parseHostPattern,
  parseInherited,
  parseListenText,
  parseNetwork,
  parsePort,
  parseServerName,
  parseWhole,
  plainAddress,
  type SniSpec,
  type TcpSpec,
  type TlsSpec,
  type UnixSpec,
} from './values.ts';

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
  cache: Cache | null;
  hosts: string[] | undefined;
  trustProxy: string[];
  /** null: switched off. */
  hsts: HstsSpec | null | undefined;
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

export interface CheckedMount {
  prefix: string;
  host: string | undefined;
  root: string;
  index: string[];
  fallthrough: boolean | undefined;
  dotfiles: boolean;
  listing: boolean;
  internal: boolean;
  precompressed: Coding[];
  compress: boolean | undefined;
  /** Milliseconds. */
  maxAge: number | undefined;
  cacheControl: string | undefined;
  cache: CheckedCacheRule[];
  /** Field lines. */
  headers: string;
  fallback: string | undefined;
  notFound: string | undefined;
  manifest: string | boolean;
}

export interface CheckedCacheRule {
  match: string;
  /** Milliseconds. */
  maxAge: number | undefined;
  immutable: boolean;
  cacheControl: string | undefined;
}

const certFile = text('the path of a PEM file', '"site.pem"');
const keyFile = text('the path of a PEM file', '"site.key"');

const SNI_EXAMPLE = '{ names: ["example.org"], cert: "site.pem", key: "site.key" }';

const sni = section<SniSpec>('sni', SNI_EXAMPLE, {
  names: v.pipe(
    list(
      'names: ["example.org"]',
      value('a host name such as "example.org", or "*.example.org"', 'Write international names in their "xn--" form.', parseServerName),
    ),
    v.check((names) => names.length > 0, 'is an empty list. Name at least one host, for example ["example.org"].'),
  ) as Schema<string[]>,
  cert: certFile,
  key: keyFile,
});

const tls = section<TlsSpec>('tls', '{ cert: "site.pem", key: "site.key" }', {
  cert: certFile,
  key: keyFile,
  ca: optional(text('the path of a PEM file', '"clients-ca.pem"')),
  clientCertificates: optional(oneOf(['request', 'require'])),
  minVersion: optional(oneOf(['TLSv1.2', 'TLSv1.3'])),
  sni: optional(list(`sni: [${SNI_EXAMPLE}]`, sni)),
});

const LISTEN_EXAMPLE = '{ port: 8080 }';

const tcpAddress = section<TcpSpec>('listen', LISTEN_EXAMPLE, {
  host: optional(value('a host name or IP address', 'Write for example "127.0.0.1"; "0.0.0.0" is every interface.', parseHost)),
  port: optional(
    value('a whole number from 0 to 65535', 'Write the port as a number, for example 8080; 0 takes a free one.', (input) =>
      typeof input === 'number' ? parsePort(input) : undefined,
    ),
  ),
  tls: optional(tls),
  redirect: optional(oneOf(['https'])),
  proxyProtocol: optional(flag()),
});

const TCP_KEYS = ['host', 'port', 'tls', 'redirect'];

const unixAddress = section<UnixSpec>(
  'listen',
  '{ unix: "/run/site.sock" }',
  { unix: text('the path of a socket', '"/run/site.sock"'), proxyProtocol: optional(flag()) },
  (key) => (TCP_KEYS.includes(key) ? 'excludes unix. Make two entries of listen, one with each.' : undefined),
);

const inheritedAddress = section<InheritedSpec>('listen', '{ fd: "systemd" }', {
  fd: value('a descriptor from 3 up, "systemd", or "systemd:" and a name', 'Write "systemd" for the sockets of a systemd unit.', parseInherited),
  tls: optional(tls),
  redirect: optional(oneOf(['https'])),
  proxyProtocol: optional(flag()),
});

const addressText = value(
  'a port, "host:port" or "unix:/path"',
  'Write for example 8080 or "127.0.0.1:8080".',
  (input): ListenSpec | undefined => {
    if (typeof input === 'string') return parseListenText(input);
    const port = typeof input === 'number' ? parsePort(input) : undefined;
    return port === undefined ? undefined : plainAddress(undefined, port);
  },
);

const address = v.lazy((input): Schema<ListenSpec> => {
  if (!isPlainObject(input)) return addressText;
  if ('fd' in input) return inheritedAddress as Schema<ListenSpec>;
  return 'unix' in input ? unixAddress : (tcpAddress as Schema<ListenSpec>);
}) as Schema<ListenSpec>;

const addresses: Schema<ListenSpec[]> = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(
        list('listen: [{ port: 8080 }]', address),
        v.check((items) => items.length > 0, 'is an empty list. Name at least one address, for example [{ port: 8080 }].'),
      )
    : v.pipe(
        address,
        v.transform((item) => [item]),
      ),
) as Schema<ListenSpec[]>;

const cacheControl = optional(value('a Cache-Control value', 'Write for example "public, max-age=3600".', parseFieldValue));
const maxAge = optional(
  value('a time from 0 to 10 years', 'Write for example "1h" or "365d".', (input) => parseWhole(parseDuration(input), 0, 315_360_000_000)),
);
const page = optional(value('the name of a file below root, without hidden parts', 'Write for example "404.html".', parsePageName));

/** Names and values of fields; the message names the one that is wrong. */
const headers: Schema<string> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string>(({ dataset, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    if (!isPlainObject(dataset.value)) {
      return refuse(`got ${show(dataset.value)}, expected an object. Write headers as { "X-Frame-Options": "DENY" }.`);
    }
    const result = parseHeaders(dataset.value);
    return 'lines' in result ? result.lines : refuse(`the field ${show(result.name)} ${result.problem}`);
  }),
);

const cacheRule = section<CheckedCacheRule>('cache', '{ match: "*.[0-9a-f]{8}.*", maxAge: "1y", immutable: true }', {
  match: value(
    'a pattern of "*", "**", "?", "[0-9a-f]" and counts such as "[0-9a-f]{8}", without a leading "/"',
    'Write for example "*.[0-9a-f]{8}.*" or "assets/**".',
    parsePattern,
  ),
  maxAge,
  immutable: withDefault(flag(), false),
  cacheControl,
});

const hostPattern = value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', parseHostPattern);

const hosts: Schema<string[]> = v.pipe(
  list('hosts: ["example.com", "*.example.org"]', hostPattern),
  v.check((items) => items.length > 0, 'is an empty list, which would serve nobody. Name the hosts, or remove the key to serve any.'),
) as Schema<string[]>;

const trustProxy = list(
  'trustProxy: ["10.0.0.0/8", "::1", "unix"]',
  value('an IP address, a network in CIDR form, or "unix"', 'Write for example "10.0.0.0/8" or "::1".', parseNetwork),
);

const mount = section<CheckedMount>('static', '{ prefix: "/static/", root: "public" }', {
  prefix: value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/static/".', parsePrefix),
  host: optional(hostPattern),
  root: text('the path of a directory', '"public"'),
  index: withDefault(value('a file name, a list of them, or false', 'Write for example "index.html".', parseIndex), 'index.html'),
  fallthrough: optional(flag()),
  dotfiles: withDefault(flag(), false),
  listing: withDefault(flag(), false),
  internal: withDefault(flag(), false),
  precompressed: withDefault(
    value('true, false, or a list of "br", "zstd", "gzip"', 'Write for example ["br", "gzip"]; the preferred coding goes first.', parsePrecompressed),
    true,
  ),
  compress: optional(flag()),
  maxAge,
  cacheControl,
  cache: withDefault(list('cache: [{ match: "*.[0-9a-f]{8}.*", maxAge: "1y", immutable: true }]', cacheRule), []),
  headers: withDefault(headers, {}),
  fallback: page,
  notFound: page,
  manifest: withDefault(
    value('true, false, or the path of a manifest that ends in ".json"', 'Write true, or for example "build/static/manifest.json".', parseManifest),
    false,
  ),
});

/** What is text or like it, and formats that are not compressed by themselves. */
const COMPRESSIBLE = [
  'text/*', 'application/json', 'application/*+json', 'application/xml', 'application/*+xml', 'application/javascript',
  'application/wasm', 'application/yaml', 'application/toml', 'application/rtf', 'image/svg+xml', 'image/bmp',
  'image/vnd.microsoft.icon', 'font/ttf', 'font/otf', 'font/collection', 'application/vnd.ms-fontobject', 'model/gltf+json',
];

const COMPRESS_EXAMPLE = '{ codings: ["br", "gzip"], maxBytes: "1mb" }';

const levels = section<Compress['levels']>('levels', '{ br: 9, gzip: 9 }', {
  br: withDefault(count(1, 11, 9), 9),
  zstd: withDefault(count(1, 19, 12), 12),
  gzip: withDefault(count(1, 9, 9), 9),
});

const typePattern = value('a media type such as "text/html", "text/*" or "application/*+json"', 'Parameters do not count.', parseTypePattern);

const codings = value('a list of at least one of "br", "zstd", "gzip"', 'Write for example ["br", "gzip"]; compress: false switches it off.', parseCodings);

const DYNAMIC_EXAMPLE = '{ codings: ["zstd", "gzip"], minBytes: "1kb" }';

const dynamicObject = section<CompressDynamic>('dynamic', DYNAMIC_EXAMPLE, {
  codings: withDefault(codings, ['zstd', 'br', 'gzip']),
  types: optional(list('types: ["text/*", "application/json"]', typePattern)),
  minBytes: withDefault(size(0, 16_777_216, '1kb'), 1024),
  levels: withDefault(
    section<Compress['levels']>('levels', '{ br: 4, gzip: 4 }', {
      br: withDefault(count(1, 11, 4), 4),
      zstd: withDefault(count(1, 19, 3), 3),
      gzip: withDefault(count(1, 9, 4), 4),
    }),
    {},
  ),
  secrets: withDefault(flag(), false),
});

const dynamicFlag = value('true, false or an object', `Write true, or for example ${DYNAMIC_EXAMPLE}.`, (input): CompressDynamic | null | undefined => {
  if (input === false) return null;
  return input === true ? v.parse(dynamicObject, {}) : undefined;
});

const dynamic = v.lazy((input): Schema<CompressDynamic | null> => (isPlainObject(input) ? (dynamicObject as Schema<CompressDynamic | null>) : dynamicFlag)) as Schema<CompressDynamic | null>;

const compressObject = section<Compress>('compress', COMPRESS_EXAMPLE, {
  codings: withDefault(codings, ['br', 'zstd', 'gzip']),
  types: withDefault(list('types: ["text/*", "application/json"]', typePattern), COMPRESSIBLE),
  minBytes: withDefault(size(0, 16_777_216, '1kb'), 1024),
  maxBytes: withDefault(size(1, 16_777_216, '1mb'), 1_048_576),
  cacheBytes: withDefault(size(65_536, 4_294_967_296, '32mb'), 33_554_432),
  levels: withDefault(levels, {}),
  dynamic: withDefault(dynamic, false),
});

const compressFlag = value('true, false or an object', `Write false, or for example ${COMPRESS_EXAMPLE}.`, (input): Compress | null | undefined => {
  if (input === false) return null;
  return input === true ? v.parse(compressObject, {}) : undefined;
});

const compress = v.lazy((input): Schema<Compress | null> => (isPlainObject(input) ? (compressObject as Schema<Compress | null>) : compressFlag)) as Schema<Compress | null>;

const HSTS_EXAMPLE = '{ maxAge: "365d", includeSubDomains: true }';

const hstsObject = section<HstsSpec>('hsts', HSTS_EXAMPLE, {
  maxAge: optional(value('a time from 0 to 10 years', 'Write for example "365d".', (input) => parseWhole(parseDuration(input), 0, 315_360_000_000))),
  includeSubDomains: withDefault(flag(), false),
  preload: withDefault(flag(), false),
});

const hstsFlag = value('true, false or an object', `Write true, or for example ${HSTS_EXAMPLE}.`, (input): HstsSpec | null | undefined => {
  if (input === false) return null;
  return input === true ? { maxAge: undefined, includeSubDomains: false, preload: false } : undefined;
});

const hsts = v.lazy((input): Schema<HstsSpec | null> => (isPlainObject(input) ? (hstsObject as Schema<HstsSpec | null>) : hstsFlag)) as Schema<HstsSpec | null>;

const limits = section<CheckedLimits>('limits', '{ body: "1mb" }', {
  requestLine: withDefault(size(256, 32_768, '8kb'), 8192),
  head: withDefault(size(512, 49_152, '32kb'), 32_768),
  fields: withDefault(count(1, 256, 100), 100),
  body: withDefault(size(0, 4_294_967_295, '1mb'), 1_048_576),
  queued: withDefault(count(0, 524_288, 4096), 4096),
  inFlight: withDefault(count(1, 524_288, 4096), 4096),
  connections: withDefault(count(1, 1_000_000, 20_000), 20_000),
  minRate: withDefault(size(0, 1_073_741_824, '1kb'), 100),
  ...limitRules,
});

const timeouts = section<Timeouts>('timeouts', '{ request: "30s" }', {
  handshake: withDefault(duration(0, '10s'), 10_000),
  header: withDefault(duration(0, '10s'), 10_000),
  body: withDefault(duration(0, '30s'), 30_000),
  bodyTotal: withDefault(duration(0, '5m'), 300_000),
  keepAlive: withDefault(duration(0, '10s'), 10_000),
  write: withDefault(duration(0, '30s'), 30_000),
  request: withDefault(duration(0, '30s'), 30_000),
  requestSoft: withDefault(duration(0, '25s'), 0),
  slow: withDefault(duration(0, '5s'), 5_000),
  queue: withDefault(duration(0, '10s'), 10_000),
  quarantine: withDefault(duration(0, '60s'), 60_000),
  start: withDefault(duration(1, '30s'), 30_000),
  stop: withDefault(duration(0, '10s'), 10_000),
  drain: withDefault(duration(0, '60s'), 60_000),
});

/** Their threads wait, they do not work: more of them are worth it only for slow disks that do several things at once. */
const files = section<Files>('files', '{ threads: 4, queue: 1024 }', {
  threads: withDefault(count(0, 64, 2), 2),
  queue: withDefault(count(1, 1_000_000, 1024), 1024),
});

/** Beyond, threads only wait for each other. */
export const MAX_IO_THREADS = 64;

const app = value('the path of a module, or an application', 'Write for example "./app.ts".', (input) => {
  if (typeof input === 'string') return input === '' || input.includes('\0') ? undefined : input;
  return typeof input === 'function' || (typeof input === 'object' && input !== null) ? input : undefined;
});

const workers = value(`a whole number from 0 to ${MAX_WORKERS}, or "auto"`, 'Write for example "auto", or 0 to run the application in this thread.', (input) =>
  input === 'auto' ? input : parseWhole(input, 0, MAX_WORKERS),
);

/** Input: Config; `satisfies` keeps the two sets of keys the same. */
export const configSchema = section<CheckedConfig>('the configuration', '{ listen: 8080, app: "./app.ts" }', {
  listen: optional(addresses),
  app: optional(app),
  workers: optional(workers),
  pools: withDefault(pools, {}),
  ioThreads: optional(count(1, MAX_IO_THREADS, 1)),
  workerNice: withDefault(count(0, 19, 19), 19),
  static: optional(list('static: [{ prefix: "/static/", root: "public" }]', mount)),
  files: withDefault(files, {}),
  proxy: withDefault(list(`proxy: [${PROXY_EXAMPLE}]`, proxyRule), []),
  upstreams: withDefault(upstreams, {}),
  compress: withDefault(compress, true),
  cache: withDefault(cache, true),
  hosts: optional(hosts),
  trustProxy: withDefault(trustProxy, []),
  hsts: optional(hsts),
  limits: withDefault(limits, {}),
  access: withDefault(access, []),
  auth,
  security: withDefault(security, {}),
  timeouts: withDefault(timeouts, {}),
  recycle: withDefault(recycle, {}),
  acceptWhileLoading: withDefault(flag(), true),
  reload: withDefault(oneOf(['auto', 'together', 'rolling'] as const), 'auto'),
  replay: withDefault(oneOf(['safe', 'never'] as const), 'never'),
  log: withDefault(log, {}),
  shutdown: withDefault(shutdown, {}),
  control: optional(control),
  pidFile: optional(text('the path of a file', '"/run/site.pid"')),
  user: optional(account),
  group: optional(account),
  health: withDefault(health, false),
  metrics: optional(metrics),
  trace: optional(trace),
  admin: optional(admin),
  direct: withDefault(flag(), false),
} satisfies Record<keyof Config, v.GenericSchema<unknown, unknown>>);
