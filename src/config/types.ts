/**
 * The shapes of the configuration: what people write (Config) and what the server runs on (Settings).
 * schema.ts checks the first against its own types, so the two cannot drift apart.
 */
import type { AccessConfig, AuthConfig, BodyLimitConfig, ConcurrencyConfig, GateRules, HeadRules, RateConfig, SecurityConfig } from './limit-types.ts';
import type { ProxyConfig, ProxyRule, Upstream, UpstreamConfig } from './proxy-types.ts';

/** Bytes, or text with a unit (powers of 1024): 65536, "64kb", "1mb". */
export type Size = number | string;

/** Milliseconds, or text with a unit: 30000, "30s", "250ms", "5m". */
export type Duration = number | string;

/** Where to listen. A number or string is short for an object: 8080, "127.0.0.1:8080", "unix:/run/site.sock", "systemd", "fd:3". */
export type ListenConfig =
  | number
  | string
  | {
      /** Name or literal IP. Default: 0.0.0.0 for `fastserve start`, 127.0.0.1 for serve(). */
      host?: string | undefined;
      /** 0 takes a free port. Default: 8080 for `fastserve start`, 0 for serve(). */
      port?: number | undefined;
      /** HTTPS. Excludes redirect. */
      tls?: TlsConfig | undefined;
      /** Answers every request with a redirect to the first listener with tls. */
      redirect?: 'https' | undefined;
      /** Every connection must begin with a PROXY protocol header (version 1 or 2). Default: false. */
      proxyProtocol?: boolean | undefined;
    }
  | { /** Path of a unix socket. */ unix: string; proxyProtocol?: boolean | undefined }
  | {
      /** A socket that listens already: "systemd" for those of the unit's socket, "systemd:name" by FileDescriptorName, or a descriptor. */
      fd: number | string;
      tls?: TlsConfig | undefined;
      redirect?: 'https' | undefined;
      proxyProtocol?: boolean | undefined;
    };

/** Certificates of a listener: PEM files, relative to the configuration file, read again when they change on disk. */
export interface TlsConfig {
  /** The server's certificate, then its chain. Also for names that no entry of sni has. */
  cert: string;
  /** Its private key, without a passphrase. */
  key: string;
  /** Certificates that may have signed those of clients. Needs clientCertificates. */
  ca?: string | undefined;
  /** Ask clients for a certificate of ca; "require" refuses those without. Default: none is asked for. */
  clientCertificates?: 'request' | 'require' | undefined;
  /** Oldest protocol version. Default: "TLSv1.2". */
  minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** Further certificates, by the name that the client asks for. */
  sni?: readonly SniConfig[] | undefined;
}

/** A certificate for certain names. */
export interface SniConfig {
  /** "example.org", or "*.example.org" for all names with one label more. */
  names: readonly string[];
  cert: string;
  key: string;
}

/** Strict-Transport-Security (RFC 6797). */
export interface HstsConfig {
  /** How long clients shall insist on HTTPS. Default: 365d. */
  maxAge?: Duration | undefined;
  /** Default: false. */
  includeSubDomains?: boolean | undefined;
  /** Asks for a place on the lists of browsers. Default: false. */
  preload?: boolean | undefined;
}

/** A directory whose files the I/O threads serve; the longest prefix that fits a path decides. */
export interface StaticConfig {
  /** Path under which the files appear, for example "/static/". "/" serves them at the root. */
  prefix: string;
  /** Only for requests to this host: "example.com", or "*.example.com" for the names below it. Default: any host. */
  host?: string | undefined;
  /** The directory, relative to the configuration file. */
  root: string;
  /** Names tried for a directory, false for none. Default: "index.html". */
  index?: string | readonly string[] | false | undefined;
  /** Give what is no file to the application instead of 404. Default: true for prefix "/" beside an app, else false. */
  fallthrough?: boolean | undefined;
  /** Serve names that begin with a dot (".well-known" is always served). Default: false. */
  dotfiles?: boolean | undefined;
  /** List directories without an index file, as a page or as JSON. Default: false. */
  listing?: boolean | undefined;
  /** Not reachable from outside: an application answers with its files, by file() or X-Accel-Redirect. Default: false. */
  internal?: boolean | undefined;
  /**
   * Send "name.br", "name.zst" and "name.gz" in the place of "name" to clients that decode them, when they are no older.
   * A list chooses codings, the preferred first. Default: true.
   */
  precompressed?: boolean | readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Compress the files while they are served, as the key compress at the top says. Default: true, unless that is false. */
  compress?: boolean | undefined;
  /** How long clients may keep the files: sends Cache-Control: public, max-age=... Excludes cacheControl. */
  maxAge?: Duration | undefined;
  /** The Cache-Control value itself. */
  cacheControl?: string | undefined;
  /** Other rules for some files; the first whose pattern matches decides. */
  cache?: readonly CacheRuleConfig[] | undefined;
  /** Further fields of every answer of this directory, for example { "X-Frame-Options": "DENY" }. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** A page below root that answers what is no file when a browser navigates to it: the page of a single-page application. */
  fallback?: string | undefined;
  /** A page below root that goes with status 404. */
  notFound?: string | undefined;
  /**
   * The files have built names, made by `fastserve build`. true: in .fastserve/static/ beside the configuration, served once
   * they are built. A path: that manifest, which must be there at the start. Default: false.
   */
  manifest?: boolean | string | undefined;
}

/** How long clients may keep the files that a pattern chooses. */
export interface CacheRuleConfig {
  /**
   * "*" is any text but "/", "**" any text, "?" one byte but "/", "[0-9a-f]" one of a class, "[0-9a-f]{8}" eight of it.
   * Without "/" it is compared with the file's own name, with one with its whole name below root.
   */
  match: string;
  /** Sends Cache-Control: public, max-age=... Excludes cacheControl. */
  maxAge?: Duration | undefined;
  /** The file never changes under this name: clients do not ask again even on reload. Needs maxAge. */
  immutable?: boolean | undefined;
  cacheControl?: string | undefined;
}

/** The memory of stored answers, which all I/O threads share. */
export interface CacheConfig {
  /** Memory for all of them, at least "1mb". Default: "64mb". */
  bytes?: Size | undefined;
  /** Larger contents are not kept. At most an eighth of bytes. Default: "1mb". */
  maxEntryBytes?: Size | undefined;
  /** How long a request waits for the answer to another one that asked first; 0: not at all. Default: "5s". */
  lock?: Duration | undefined;
  /** Answers from the cache say so in the field Cache-Status (RFC 9211). Default: false. */
  status?: boolean | undefined;
}

export interface Cache {
  /** 0: nothing is kept. */
  bytes: number;
  maxEntryBytes: number;
  lock: number;
  status: boolean;
}

/** How contents are compressed while they are served: by a thread of its own, once for each version and coding. */
export interface CompressConfig {
  /** The preferred first. What the runtime lacks is left out (zstd before Node 22.15). Default: ["br", "zstd", "gzip"]. */
  codings?: readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Media types: "text/html", "text/*", "application/*+json". Default: text and what is like it, WebAssembly, plain fonts. */
  types?: readonly string[] | undefined;
  /** Smaller contents are left alone. Default: 1kb. */
  minBytes?: Size | undefined;
  /** Larger contents are left alone. Default: 1mb. */
  maxBytes?: Size | undefined;
  /** Memory for the results; the least recently used are given up. Default: 32mb. */
  cacheBytes?: Size | undefined;
  levels?: CompressLevelsConfig | undefined;
  /** Compress what views answer, too, on its way to each client. true: with the defaults. Default: false. */
  dynamic?: boolean | CompressDynamicConfig | undefined;
}

/** How answers that are made for one request are compressed: at once, by the I/O threads, so that the levels are low. */
export interface CompressDynamicConfig {
  /** The preferred first. What the runtime lacks is left out. Default: ["zstd", "br", "gzip"]. */
  codings?: readonly ('br' | 'zstd' | 'gzip')[] | undefined;
  /** Default: those of compress.types. Streams of events are never compressed. */
  types?: readonly string[] | undefined;
  /** Smaller contents of known length are left alone. Default: 1kb. */
  minBytes?: Size | undefined;
  /** Default: { br: 4, zstd: 3, gzip: 4 }. */
  levels?: CompressLevelsConfig | undefined;
  /** Also answers to requests with Cookie or Authorization and those with Set-Cookie (BREACH). Default: false. */
  secrets?: boolean | undefined;
}

/** From fast to small. */
export interface CompressLevelsConfig {
  /** 1 to 11. Default: 9. */
  br?: number | undefined;
  /** 1 to 19. Default: 12. */
  zstd?: number | undefined;
  /** 1 to 9. Default: 9. */
  gzip?: number | undefined;
}

/** The most that clients may use; beyond it they get the status that docs/configuration.md names. */
export interface LimitsConfig {
  /** Request line: 414 beyond. Default: 8kb. */
  requestLine?: Size | undefined;
  /** Request head, request line included: 431 beyond. Default: 32kb. */
  head?: Size | undefined;
  /** Count of field lines: 431 beyond. Default: 100. */
  fields?: number | undefined;
  /** Request content: 413 beyond. Default: 1mb. */
  body?: Size | undefined;
  /** Requests that wait for a worker, for each I/O thread: 503 beyond. Default: 4096. */
  queued?: number | undefined;
  /** Requests inside one worker that are not yet answered; further ones wait. Default: 4096. */
  inFlight?: number | undefined;
  /** Open connections for each I/O thread; further ones wait in the backlog. Default: 20000. */
  connections?: number | undefined;
  /** Bytes of request content in a second, from its eleventh second on: 408 below. 0: no minimum. Default: 100. */
  minRate?: Size | undefined;
  /** Open connections of one address (IPv6: of one /64 network), over all I/O threads; further ones are closed. 0: any. Default: 0. */
  connectionsPerAddress?: number | undefined;
  /** Requests in a time, over all I/O threads: 429 beyond. Default: none. */
  rate?: readonly RateConfig[] | undefined;
  /** Keys that the rate limits have room for, 16 bytes each. Default: 65536. */
  rateKeys?: number | undefined;
  /** Requests under way at once: the first rule that covers a request counts. Default: none. */
  concurrency?: readonly ConcurrencyConfig[] | undefined;
  /** Content of some requests, in the place of `body`: the first rule that covers a request counts. Default: none. */
  bodies?: readonly BodyLimitConfig[] | undefined;
}

/** 0 switches a limit off, except for start, stop and drain. */
export interface TimeoutsConfig {
  /** For the handshake of TLS. Default: 10s. */
  handshake?: Duration | undefined;
  /** From the first byte of a request to the end of its head: 408 beyond. Default: 10s. */
  header?: Duration | undefined;
  /** Without a byte of the request content: 408 beyond. Default: 30s. */
  body?: Duration | undefined;
  /** For the whole request content, without the time in which the application does not read it: 408 beyond. Default: 5m. */
  bodyTotal?: Duration | undefined;
  /** Idle between two requests. Default: 10s. */
  keepAlive?: Duration | undefined;
  /** Without progress while sending. Default: 30s. */
  write?: Duration | undefined;
  /** From hand-over to the application to its answer: 504 beyond. Default: 30s. */
  request?: Duration | undefined;
  /** From hand-over to the application until request.signal aborts with a TimeoutError; the answer may still come. Default: 0. */
  requestSoft?: Duration | undefined;
  /** Wait for a worker: 503 beyond. Default: 10s. */
  queue?: Duration | undefined;
  /** How long a request that ended two workers is refused with 500. Default: 60s. */
  quarantine?: Duration | undefined;
  /** For the application to load. Default: 30s. */
  start?: Duration | undefined;
  /** For requests in flight to end when the server stops. Default: 10s. */
  stop?: Duration | undefined;
  /** For the old code to finish what it has begun after a reload, streams included. Default: 60s. */
  drain?: Duration | undefined;
}

/** When a worker is replaced, by one that is ready before. 0: never for that. */
export interface RecycleConfig {
  /** Requests that it has answered. Default: 0. */
  requests?: number | undefined;
  /** Up to this part more requests and age, by chance, so that workers do not all leave at once. Default: 0.1. */
  jitter?: number | undefined;
  /** Default: 0. */
  age?: Duration | undefined;
  /** Bytes of its JavaScript heap in use. Default: 0; a heap that is nearly full is always a reason. */
  heap?: Size | undefined;
  /** Bytes that its heap refers to outside: buffers, above all. Default: 0. */
  external?: Size | undefined;
}

export type AccessLog = 'off' | 'text' | 'json';
export type LogLevel = 'error' | 'warn' | 'info';

/** The access log. */
export interface LogConfig {
  /** One line a request. Default: "text" for `fastserve start`, "off" for serve(). */
  access?: AccessLog | undefined;
  /** File of the access log. Default: standard output. */
  path?: string | undefined;
  /** What goes to standard error. Default: "info". */
  level?: LogLevel | undefined;
}

/** Where probes ask; false for not at all. These paths go before everything else, whatever the host. */
export interface HealthConfig {
  /** 200 while the I/O thread turns. Default: "/livez". */
  live?: string | false | undefined;
  /** 200 while clients shall be sent here, 503 without a worker, when it stops, or was taken out of service. Default: "/readyz". */
  ready?: string | false | undefined;
  /** 200 once it was ready. Default: "/startupz". */
  startup?: string | false | undefined;
}

/** The configuration as written in fastserve.config.* or given to serve(). */
export interface Config {
  /** One address or a list. */
  listen?: ListenConfig | readonly ListenConfig[] | undefined;
  /** Path or file: URL of the application module, run by the workers; or the application itself, run in this thread. */
  app?: string | URL | object | undefined;
  /** Worker threads. "auto": the processors that the I/O threads leave, at least 1. 0: run in this thread. Default: "auto". */
  workers?: number | 'auto' | undefined;
  /** I/O threads. Default: 1. */
  ioThreads?: number | undefined;
  /** Niceness of a worker thread while a view burns CPU, 0 to 19, 19 by default: I/O threads get the core first, so files are not delayed. */
  workerNice?: number | undefined;
  static?: readonly StaticConfig[] | undefined;
  proxy?: readonly ProxyConfig[] | undefined;
  /** Servers that proxy entries name. */
  upstreams?: Readonly<Record<string, UpstreamConfig>> | undefined;
  /** false: nothing is compressed while it is served. Default: {}. */
  compress?: boolean | CompressConfig | undefined;
  /** Where answers of views are kept that say so (cachePage()). false: nothing is kept. Default: {}. */
  cache?: boolean | CacheConfig | undefined;
  /** Hosts that are served, "example.com" or "*.example.com": 421 for others. Default: any. */
  hosts?: readonly string[] | undefined;
  /** Peers whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: networks, addresses, "unix". Default: none. */
  trustProxy?: readonly string[] | undefined;
  /** Sends Strict-Transport-Security over TLS; true: for a year. Default: false. */
  hsts?: boolean | HstsConfig | undefined;
  recycle?: RecycleConfig | undefined;
  /** "safe": a request with a safe method whose worker died with it is given to another one, once. Default: "never". */
  replay?: 'safe' | 'never' | undefined;
  limits?: LimitsConfig | undefined;
  /** Who may ask for what. Default: everybody for everything. */
  access?: readonly AccessConfig[] | undefined;
  /** Who must give a name and a password. Default: nobody. */
  auth?: readonly AuthConfig[] | undefined;
  security?: SecurityConfig | undefined;
  timeouts?: TimeoutsConfig | undefined;
  log?: LogConfig | undefined;
  /** How `fastserve start` and serve() end. */
  shutdown?: ShutdownConfig | undefined;
  /**
   * `fastserve start`: the socket for `fastserve status`, `ctl`, `reload` and `stop`; false for none. Default: in
   * $XDG_RUNTIME_DIR, or in a directory of this user below the temporary one.
   */
  control?: string | false | undefined;
  /** `fastserve start`: a file that gets the process id while the server runs. */
  pidFile?: string | undefined;
  /** `fastserve start` as root: who the process becomes once its addresses are bound, before any code of the application runs. */
  user?: string | undefined;
  /** With user. Default: the user's own group. */
  group?: string | undefined;
  /** Answers about the server itself, from the I/O threads. true: at /livez, /readyz and /startupz. Default: false. */
  health?: boolean | HealthConfig | undefined;
  /** @internal Runs the I/O loop inside the calling thread; for measuring the price of the queue. */
  direct?: boolean | undefined;
}

/** The two times of a stop. */
export interface ShutdownConfig {
  /** How long readiness probes say "no" and answers say Connection: close before nothing is accepted any more. Default: 0. */
  lameDuck?: Duration | undefined;
  /** How long requests under way may take behind that. Default: timeouts.stop. */
  grace?: Duration | undefined;
}

/** Helps editors to complete and check a configuration file; returns its argument. */
export function defineConfig(config: Config): Config {
  return config;
}

export type ListenAddress = ({ host: string; port: number; tls: TlsFiles | undefined; redirect: 'https' | undefined } | { fd: number; tls: TlsFiles | undefined; redirect: 'https' | undefined } | { unix: string }) & {
  proxyProtocol?: boolean | undefined;
};

/** TLS of one listener with absolute paths. */
export interface TlsFiles {
  /** The first one is for every name that no other has. */
  readonly certificates: readonly CertificateFiles[];
  readonly ca: string | undefined;
  readonly clientCertificates: 'none' | 'request' | 'require';
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export interface CertificateFiles {
  readonly names: readonly string[];
  readonly cert: string;
  readonly key: string;
}

export type Application =
  /** Absolute path of the module; `shown` is how the user wrote it. */
  | { kind: 'module'; file: string; shown: string }
  /** The application itself, to run in the calling thread. */
  | { kind: 'inline'; value: unknown };

export interface Mount {
  prefix: string;
  /** In lower case; "" for any. */
  host: string;
  root: string;
  index: string[];
  fallthrough: boolean;
  dotfiles: boolean;
  listing: boolean;
  internal: boolean;
  precompressed: ('br' | 'zstd' | 'gzip')[];
  compress: boolean;
  /** "" sends none. */
  cacheControl: string;
  cacheRules: { match: string; cacheControl: string }[];
  /** Field lines. */
  fields: string;
  /** Names below root, "" for none. */
  fallback: string;
  notFound: string;
  /** Where `fastserve build` puts its manifest; its directory is the output's. null: the files are not built. */
  manifest: { file: string; required: boolean } | null;
}

export interface Compress {
  /** Empty: nothing is compressed. */
  codings: ('br' | 'zstd' | 'gzip')[];
  /** In lower case. */
  types: string[];
  minBytes: number;
  maxBytes: number;
  cacheBytes: number;
  levels: { br: number; zstd: number; gzip: number };
  /** null: what views answer is sent as it is. */
  dynamic: CompressDynamic | null;
}

export interface CompressDynamic {
  codings: ('br' | 'zstd' | 'gzip')[];
  /** In lower case; undefined: those of the files. */
  types: string[] | undefined;
  minBytes: number;
  levels: { br: number; zstd: number; gzip: number };
  secrets: boolean;
}

export interface Limits {
  requestLine: number;
  head: number;
  fields: number;
  body: number;
  queued: number;
  inFlight: number;
  connections: number;
  minRate: number;
}

/** Paths; "" for none. */
export interface Health {
  live: string;
  ready: string;
  startup: string;
}

/** Milliseconds. */
export interface Timeouts {
  handshake: number;
  header: number;
  body: number;
  bodyTotal: number;
  keepAlive: number;
  write: number;
  request: number;
  requestSoft: number;
  queue: number;
  quarantine: number;
  start: number;
  stop: number;
  drain: number;
}

/** Milliseconds. */
export interface Shutdown {
  lameDuck: number;
  grace: number;
}

/** What concerns a process that is the server's own. */
export interface ProcessSettings {
  /** Absolute path of the control socket, "" for the default one, false for none. */
  control: string | false;
  /** Absolute, "" for none. */
  pidFile: string;
  /** "" stays who it is. */
  user: string;
  group: string;
}

/** A complete, checked configuration: addresses and paths are literal and absolute, every default is filled in. */
export interface Settings {
  readonly listen: readonly ListenAddress[];
  readonly app: Application | null;
  /** Threads of the pool; 0 without an application or when it runs inline. */
  readonly workers: number;
  readonly ioThreads: number;
  readonly workerNice: number;
  readonly mounts: readonly Mount[];
  readonly upstreams: readonly Upstream[];
  readonly proxy: readonly ProxyRule[];
  readonly compress: Compress;
  readonly cache: Cache;
  /** In lower case; empty for any. */
  readonly hosts: readonly string[];
  readonly trustProxy: readonly string[];
  /** Value of Strict-Transport-Security, "" for none. */
  readonly hsts: string;
  readonly shutdown: Shutdown;
  /** For `fastserve start` alone. */
  readonly process: ProcessSettings;
  readonly limits: Limits;
  readonly gate: GateRules;
  readonly head: HeadRules;
  readonly timeouts: Timeouts;
  readonly replay: 'safe' | 'never';
  /** Milliseconds, bytes; 0: never for that. */
  readonly recycle: { readonly requests: number; readonly jitter: number; readonly age: number; readonly heap: number; readonly external: number };
  /** path: absolute, "" for standard output. */
  readonly log: { /** terminal: short lines in colours. */ access: AccessLog | 'terminal'; path: string; level: LogLevel };
  readonly health: Health;
  readonly direct: boolean;
  /** Development: stacks in 500 answers, undefined names in templates are errors. */
  readonly debug: boolean;
}
