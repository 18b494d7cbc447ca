/**
 * The shapes of the configuration: what people write (Config) and what the server runs on (Settings), both made of the parts
 * beside this file. schema.ts checks the first against its own types, so the two cannot drift apart.
 */
import type { AuthConfig } from './types/auth.ts';
import type { Limits, LimitsConfig, Recycle, RecycleConfig, Timeouts, TimeoutsConfig } from './types/limits.ts';
import type { Cache, CacheConfig } from './types/cache.ts';
import type { Clients } from './types/clients.ts';
import type { Compress, CompressConfig } from './types/compress.ts';
import type { AccessConfig, GateRules, HeadRules, SecurityConfig } from './types/rules.ts';
import type { LearnEarlyHints, LearnEarlyHintsConfig } from './types/early-hints.ts';
import type { ErrorPage, ErrorPagesConfig } from './types/error-pages.ts';
import type { HstsConfig, ListenAddress, ListenConfig } from './types/listen.ts';
import type { AccessLogSettings } from './types/access-log.ts';
import type { AdminConfig, AppLogForm, Health, HealthConfig, LogConfig, LogLevel, MetricsConfig, Observe, SideAddress, TraceConfig } from './types/observability.ts';
import type { Application, ProcessSettings, Shutdown, ShutdownConfig } from './types/operations.ts';
import type { PoolConfig, PoolSettings } from './types/pools.ts';
import type { ProxyConfig, ProxyRule, Upstream, UpstreamConfig } from './types/proxy.ts';
import type { Files, FilesConfig, Mount, StaticConfig } from './types/static.ts';

/** The configuration as written in fastserve.config.* or given to serve(). */
export interface Config {
  /** One address or a list. */
  listen?: ListenConfig | readonly ListenConfig[] | undefined;
  /** Path or file: URL of the application module, run by the workers; or the application itself, run in this thread. */
  app?: string | URL | object | undefined;
  /** Worker threads. "auto": the processors that the I/O threads leave, at least 1. 0: run in this thread. Default: "auto". */
  workers?: number | 'auto' | undefined;
  /** Pools of workers by name, for routes that ask for one. "default" is that of all others: its `workers` may stand in the place of `workers`. */
  pools?: Readonly<Record<string, PoolConfig>> | undefined;
  /** I/O threads. Default: 1. */
  ioThreads?: number | undefined;
  /** Niceness of a worker thread while a view burns CPU, 0 to 19, 19 by default: I/O threads get the core first, so files are not delayed. */
  workerNice?: number | undefined;
  static?: readonly StaticConfig[] | undefined;
  /** How files that are not in memory are read. Default: {}. */
  files?: FilesConfig | undefined;
  proxy?: readonly ProxyConfig[] | undefined;
  /** Servers that proxy entries name. */
  upstreams?: Readonly<Record<string, UpstreamConfig>> | undefined;
  /** false: nothing is compressed while it is served. Default: {}. */
  compress?: boolean | CompressConfig | undefined;
  /** Where answers of views are kept that say so (cachePage()). false: nothing is kept. Default: {}. */
  cache?: boolean | CacheConfig | undefined;
  /** Browsers that navigate to a view's page are sent the links of its last answers at once (103 Early Hints). true: those to the page's own origin. Default: false. */
  learnEarlyHints?: boolean | LearnEarlyHintsConfig | undefined;
  /** Hosts that are served, "example.com" or "*.example.com": 421 for others. Default: any. */
  hosts?: readonly string[] | undefined;
  /** Peers whose Forwarded, X-Forwarded-For, -Proto, -Host and X-Request-Id are believed: networks, addresses, "unix". Default: none. */
  trustProxy?: readonly string[] | undefined;
  /** Sends Strict-Transport-Security over TLS; true: for a year. Default: false. */
  hsts?: boolean | HstsConfig | undefined;
  /** Pages in the place of the constant answers to failed requests: { 404: "errors/404.html", "5xx": "errors/5xx.html" }. Default: none. */
  errorPages?: ErrorPagesConfig | undefined;
  recycle?: RecycleConfig | undefined;
  /** "safe": a request with a safe method whose worker died with it is given to another one, once. Default: "never". */
  replay?: 'safe' | 'never' | undefined;
  acceptWhileLoading?: boolean | undefined;
  reload?: 'auto' | 'together' | 'rolling' | undefined;
  limits?: LimitsConfig | undefined;
  /** Who may ask for what. Default: everybody for everything. */
  access?: readonly AccessConfig[] | undefined;
  /** Who must give a name and a password, or pass a checker. Default: nobody. */
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
  /** Prometheus metrics at /metrics of this address, and of the admin listener. Default: none. */
  metrics?: MetricsConfig | undefined;
  /** Follows requests through the layers. Default: off, unless `admin` is set. */
  trace?: boolean | TraceConfig | undefined;
  /** A page that shows what the server does. Default: none. */
  admin?: AdminConfig | undefined;
  /** @internal Runs the I/O loop inside the calling thread; for measuring the price of the queue. */
  direct?: boolean | undefined;
}

/**
 * Helps editors to complete and check a configuration file; returns its argument.
 *
 * @example
 * ```ts
 * // fastserve.config.ts
 * export default defineConfig({
 *   listen: 8080,
 *   app: './app.ts',
 *   static: [{ prefix: '/static/', root: 'public', maxAge: '1d' }],
 * });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}

/** A complete, checked configuration: addresses and paths are literal and absolute, every default is filled in. */
export interface Settings {
  readonly listen: readonly ListenAddress[];
  readonly app: Application | null;
  /** Threads of the pool "default"; 0 without an application or when it runs inline. */
  readonly workers: number;
  /** "default" first; empty where there are no workers. */
  readonly pools: readonly PoolSettings[];
  /** Most bytes of a worker's heap, where the memory of a container is to be shared; 0: V8's own limit. */
  readonly workerHeap: number;
  readonly ioThreads: number;
  readonly workerNice: number;
  readonly mounts: readonly Mount[];
  readonly files: Files;
  readonly upstreams: readonly Upstream[];
  readonly proxy: readonly ProxyRule[];
  readonly compress: Compress;
  readonly cache: Cache;
  /** null: nothing is learnt. */
  readonly learnEarlyHints: LearnEarlyHints | null;
  /** In lower case; empty for any. */
  readonly hosts: readonly string[];
  readonly trustProxy: readonly string[];
  /** Value of Strict-Transport-Security, "" for none. */
  readonly hsts: string;
  /** Those of classes first. */
  readonly errorPages: readonly ErrorPage[];
  readonly shutdown: Shutdown;
  /** For `fastserve start` alone. */
  readonly process: ProcessSettings;
  readonly limits: Limits;
  readonly gate: GateRules;
  readonly head: HeadRules;
  readonly timeouts: Timeouts;
  readonly replay: 'safe' | 'never';
  /** Files are answered and views wait while the application is loaded for the first time. */
  readonly acceptWhileLoading: boolean;
  /** Whether a reload has all new workers before the old ones leave. auto: where the memory is not bounded by a container. */
  readonly reload: 'auto' | 'together' | 'rolling';
  readonly recycle: Recycle;
  readonly log: { access: AccessLogSettings[]; app: AppLogForm; level: LogLevel };
  readonly clients: Clients;
  readonly health: Health;
  readonly observe: Observe;
  /** null: none. */
  readonly metrics: { readonly listen: SideAddress } | null;
  readonly admin: { readonly listen: SideAddress; readonly token: string } | null;
  readonly direct: boolean;
  /** In the place of node:http: leaves, content and stops as there. False: as docs/adr/0005 and the gateway's contract have them. */
  readonly asNodeHttp: boolean;
  /** Of the I/O threads, as the system shows them: "fs-io", and another one for servers beside the site. */
  readonly threadName: string;
  /** Development: stacks in 500 answers, undefined names in templates are errors. */
  readonly debug: boolean;
}

export type * from './types/quantities.ts';
export type * from './types/listen.ts';
export type * from './types/static.ts';
export type * from './types/cache.ts';
export type * from './types/compress.ts';
export type * from './types/early-hints.ts';
export type * from './types/error-pages.ts';
export type * from './types/limits.ts';
export type * from './types/access-log.ts';
export type * from './types/observability.ts';
export type * from './types/operations.ts';
