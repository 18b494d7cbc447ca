/**
 * Types of the native addon. Only src/native/load.ts loads it; everything else imports from there.
 * The addon's exported shapes are checked against this file by test/gateway/native-binding.test.ts.
 */

export interface NativeListen {
  /** Literal IP address. */
  host?: string;
  /** 0 takes a free port. */
  port?: number;
  /** Absolute path of a unix socket; excludes host and port. */
  unix?: string;
  /** A socket that listens already, of whoever started the process; excludes the three. */
  fd?: number;
  /** HTTPS, with the certificates of setTls. */
  tls?: boolean;
  /** Everything is redirected to the first listener with tls. */
  redirect?: boolean;
  /** Every connection begins with a PROXY header. */
  proxyProtocol: boolean;
}

/** Certificates of one listener, as texts in PEM form. */
export interface NativeTls {
  /** Leaf first in each. The first certificate is also for names that none has. */
  certificates: { names: string[]; cert: string; key: string }[];
  /** "" for none. */
  ca: string;
  clientCertificates: 'none' | 'request' | 'require';
  minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export interface NativeMount {
  /** Begins and ends with "/". */
  prefix: string;
  /** A host in lower case or "*." and a host; "" for any. */
  host: string;
  /** Absolute directory. */
  root: string;
  index: string[];
  fallthrough: boolean;
  dotfiles: boolean;
  listing: boolean;
  /** Reached only by X-Accel-Redirect. */
  internal: boolean;
  /** Value of Cache-Control, "" for none. */
  cacheControl: string;
  /** The first that matches goes before cacheControl. */
  cacheRules: { /** A pattern of native/files/glob.h. */ match: string; cacheControl: string }[];
  /** The preferred first. */
  precompressed: ('br' | 'zstd' | 'gzip')[];
  /** Code files while serving, as NativeCompress says. */
  compress: boolean;
  /** Field lines ("Name: value\r\n") for every answer of the mount. */
  fields: string;
  /** Names relative to root, "" for none. */
  fallback: string;
  notFound: string;
  /** The output of a build: where built names are looked up first. */
  built: { /** Absolute directory. */ root: string; cacheControl: string } | null;
}

export interface NativeCompress {
  /** The preferred first; what the runtime lacks is left out. Empty: nothing is compressed. */
  codings: ('br' | 'zstd' | 'gzip')[];
  /** Patterns of native/compress/media_type.h. */
  types: string[];
  /** Sizes of contents. */
  minBytes: number;
  maxBytes: number;
  /** Of the results. */
  cacheBytes: number;
  levels: { br: number; zstd: number; gzip: number };
}

export interface NativeLimits {
  requestLine: number;
  head: number;
  fields: number;
  /** Largest request content in bytes: 413 beyond. */
  body: number;
  /** Requests waiting for a worker, per I/O thread: 503 beyond. */
  queued: number;
  /** Requests inside one worker, started and not yet answered. */
  inFlight: number;
  /** Open connections per I/O thread; further ones wait in the backlog. */
  connections: number;
  /** Bytes of content per second: 408 below; 0 for any. */
  minRate: number;
}

/** Milliseconds; 0 switches a limit off. */
export interface NativeTimeouts {
  handshake: number;
  header: number;
  body: number;
  /** The whole content. */
  bodyTotal: number;
  keepAlive: number;
  write: number;
  /** From dispatch to answer: 504 beyond. */
  request: number;
  /** From dispatch until request.signal aborts with a TimeoutError. */
  requestSoft: number;
  /** Longest wait for a worker: 503 beyond. */
  queue: number;
  /** How long a request that ends workers is refused with 500. */
  quarantine: number;
}

export interface NativeUpstream {
  name: string;
  servers: {
    label: string;
    protocol: 'http' | 'uwsgi';
    tls: boolean;
    /** A literal IP, "" for a unix socket. */
    host: string;
    port: number;
    /** Absolute path, "" for TCP. */
    unix: string;
    /** Host and port that the server knows itself by. */
    authority: string;
    /** What clients are told of it. */
    stickyId: string;
    weight: number;
    backup: boolean;
    down: boolean;
    /** 0: any number. */
    maxConnections: number;
    slowStart: number;
  }[];
  /** Host for rules that do not pass the client's on. */
  authority: string;
  /** One of the servers speaks uwsgi. */
  uwsgi: boolean;
  /** A method of native/balance/settings.h. */
  balance: string;
  /** A template of what requests are balanced by, "" for nothing. */
  key: string;
  /** The name of the sticky cookie, "" for none. */
  sticky: string;
  queue: number;
  health: { failures: number; window: number; spare: number; maxSpare: number; slow: number; statuses: number[] };
  retries: { tries: number; budget: number; floor: number };
  /** Idle connections to one server for each I/O thread. */
  keepAlive: number;
  /** Milliseconds; 0 switches a limit off. */
  timeouts: { connect: number; firstByte: number; idle: number; send: number; total: number; tunnel: number; keepAlive: number; queue: number };
  /** PEM texts and a name, "" for none. null: no server has TLS. */
  tls: { ca: string; cert: string; key: string; name: string; verify: boolean } | null;
}

export interface NativeProxyRule {
  prefix: string;
  /** A pattern of native/http/host_pattern.h, "" for any. */
  host: string;
  /** Index into upstreams. */
  upstream: number;
  stripPrefix: boolean;
  buffer: boolean;
  requestBuffer: boolean;
  rewrite: boolean;
  /** "client", "upstream", or the value of Host. */
  sendHost: string;
  /** null: all. */
  methods: string[] | null;
  /** Names in lower case. */
  hide: string[];
  setLines: string;
  setNames: string[];
  upgrade: string[];
}

/** Which requests a rule is for. */
export interface NativeScope {
  /** Begins and ends with "/". */
  prefix: string;
  /** "" for any. */
  host: string;
  /** Empty for all. */
  methods: string[];
}

/** What a request must pass before a lane is chosen (native/server/gate.h). */
export interface NativeGate {
  access: (NativeScope & { denyAll: boolean; deny: string[]; allow: string[]; only: string[]; fields: { name: string; value: string }[] })[];
  bodies: (NativeScope & { bytes: number })[];
  /** `key`: a text that templateProblem accepts. */
  rates: (NativeScope & { name: string; key: string; intervalNs: number; burst: number; delay: boolean; dryRun: boolean })[];
  concurrency: (NativeScope & { most: number })[];
  /** Users as password hashes of scrypt, `hash` in base64. */
  auth: (NativeScope & { realm: string; users: { name: string; work: number; blockSize: number; parallelism: number; salt: string; hash: string }[] })[];
  /** 0: any number. */
  connectionsPerAddress: number;
  rateKeys: number;
}

/** Fields of every answer. */
export interface NativeHeadPolicy {
  /** "Name: value\r\n" each, at most 64; an answer that has the field keeps its own. */
  lines: string[];
  hidesIdentity: boolean;
}

export interface NativeServerOptions {
  listen: NativeListen[];
  mounts: NativeMount[];
  upstreams: NativeUpstream[];
  /** The longest prefix decides, as among mounts. */
  proxy: NativeProxyRule[];
  compress: NativeCompress;
  /** Of what workers answer; maxBytes and cacheBytes mean nothing. */
  compressDynamic: NativeCompress & { /** Also what may carry secrets (BREACH). */ secrets: boolean };
  /** Patterns as a mount's host; empty for any host. */
  hosts: string[];
  /** Networks in CIDR form, addresses, "unix". */
  trustProxy: string[];
  limits: NativeLimits;
  timeouts: NativeTimeouts;
  /** "safe": requests with safe methods whose worker died with them are given to another one, once. */
  replay: 'safe' | 'never';
  gate: NativeGate;
  head: NativeHeadPolicy;
  ioThreads: number;
  /** Niceness of a worker thread while a view burns CPU, 0 to 19. Inline mode is left alone. */
  workerNice: number;
  /** Worker slots (at least 1; inline mode uses slot 0). */
  slots: number;
  /** Milliseconds: how old may be what is known of a static file; 0 looks at the disk for every answer. */
  lookAgain: number;
  log: { format: 'off' | 'text' | 'json' | 'terminal'; /** Absolute file, "" for standard output. */ path: string };
  observe: {
    metrics: boolean;
    /** Traced answers have a Server-Timing field. */
    serverTiming: boolean;
    /** Requests traced by each I/O thread, at most; 0: none. */
    tracesPerSecond: number;
    /** Of requests, in millionths. */
    traceShare: number;
    /** Milliseconds: requests that take longer are kept though they are not traced; 0: none. */
    slow: number;
  };
  /** Exact paths, "" for none. */
  health: { live: string; ready: string; startup: string };
  /** Of stored answers. bytes 0: nothing is stored. lock: milliseconds that a request waits for another one's answer. */
  cache: { bytes: number; maxEntryBytes: number; lock: number; /** Cache-Status goes to clients. */ status: boolean };
  /** Value of Strict-Transport-Security over TLS, "" for none. */
  hsts: string;
  /** Run the I/O loop inside the calling thread's event loop (benchmarks of the queue only; needs ioThreads 1, slots 1). */
  direct: boolean;
}

export interface NativeAddress {
  host?: string;
  port?: number;
  unix?: string;
  /** HTTPS. Absent otherwise. */
  tls?: true;
}

/** Counters since start, summed over I/O threads, except the gauges named so. */
export interface NativeStats {
  connectionsAccepted: number;
  /** Gauge. */
  connectionsOpen: number;
  requests: number;
  requestsToWorkers: number;
  requestsProxied: number;
  /** Answers 502, 503 and 504 that the front gave for an upstream. */
  proxyFailures: number;
  /** Gauge: waiting for a worker. */
  queued: number;
  /** Gauge: inside workers. */
  inFlight: number;
  redispatched: number;
  rejectedQueueFull: number;
  timedOut: number;
  /** Started requests of dead workers that were given to others. */
  replayed: number;
  /** Refused with 500: they end workers. */
  quarantined: number;
  /** By access rules: 403 or 405. */
  denied: number;
  /** 429. */
  rateLimited: number;
  /** Would have been 429 under limits that only count. */
  rateLimitedDry: number;
  /** Held back to keep a rate. */
  delayed: number;
  /** 503 for a limit of requests at once. */
  concurrencyLimited: number;
  /** Beyond the limit of their address. */
  connectionsRefused: number;
  /** Doorbells rung because the other side slept. */
  workerWakes: number;
  ioWakes: number;
  ioTurns: number;
  acceptPauses: number;
  parseErrors: number;
  logLinesDropped: number;
  /** Completed. */
  tlsHandshakes: number;
  /** Of these, resumed with a ticket. */
  tlsResumed: number;
  /** Connections that ended for a fault in TLS, plain HTTP on a TLS port included. */
  tlsFailures: number;
  /** Answered from the store: fresh, and stale where that is allowed. */
  cacheHits: number;
  cacheStale: number;
  /** Requests of cached locations for which somebody had to be asked. */
  cacheMisses: number;
  /** Requests that waited for another one's answer. */
  cacheWaits: number;
  /** Gauge. */
  cacheBytes: number;
  cacheEvictions: number;
  cacheStored: number;
  cachePurged: number;
  /** Coded contents made by the helper thread. */
  variantsMade: number;
  /** Gauge: memory that those which are kept take. */
  variantBytes: number;
  /** By slot. */
  workers: NativeWorkerStats[];
}

/** Counts of latencies: bucket i holds those below NativeMetrics.bounds[i] ns and not below the bound before. */
export interface NativeLatency {
  buckets: number[];
  /** Nanoseconds. */
  sum: number;
}

/** What was answered, by lane ("file", "error"...) and by route. Empty unless options.observe.metrics. */
export interface NativeMetrics {
  bounds: number[];
  series: (NativeLatency & {
    /** Of a lane, or a route's pattern. */
    name: string;
    isRoute: boolean;
    /** Answers by class of their status: byClass[2] is 2xx. */
    byClass: number[];
  })[];
  /** From the arrival of requests to their hand-over to a worker. */
  queueWait: NativeLatency;
}

/** One request as it went through the server. Moments are microseconds after `arrived`; null: that never came. */
export interface NativeTrace {
  serial: number;
  /** Milliseconds since 1970, at its end. */
  time: number;
  /** Microseconds of CLOCK_MONOTONIC. */
  arrived: number;
  parsed: number | null;
  dispatched: number | null;
  answered: number | null;
  finished: number | null;
  written: number | null;
  /** One char a byte, as sent; "" when it was kept only because it was slow. */
  method: string;
  target: string;
  /** Pattern, "" for none. */
  route: string;
  /** The request's traceparent when it is one, else "". */
  traceParent: string;
  requestId: string;
  /** See src/gateway/phases.ts; "" when the worker reported none. */
  phases: string;
  answeredBy: string;
  bytes: number;
  /** Slot, -1 for none. */
  worker: number;
  generation: number;
  status: number;
  /** Chosen at its arrival; false: kept because it was slow. */
  sampled: boolean;
}

/** One worker slot. */
export interface NativeWorkerStats {
  state: 'free' | 'attached' | 'dead';
  /** Of the application's code in its last worker; 0: it never had one. */
  generation: number;
  /** Gauge. */
  inFlight: number;
  started: number;
  answered: number;
  /** Workers that were attached so far. */
  starts: number;
  /** CPU time of the one that is, in milliseconds; -1 when it is not known. */
  cpuMs: number;
}

/** A request that a worker has. */
export interface NativeRunningRequest {
  /** Slot. */
  worker: number;
  method: string;
  /** As sent, at most 512 bytes; "" when too much has come since to know it. */
  target: string;
  /** Since a worker got it, or since its answer began to stream. */
  ageMs: number;
  streaming: boolean;
}

/** One look at a table on the way of a request; native/server/route_plan.h. */
export interface NativeRouteStep {
  kind: 'health' | 'host' | 'bad-path' | 'mount' | 'proxied' | 'view' | 'opaque' | 'method' | 'options' | 'slash' | 'not-found' | 'unmatched';
  /** Of the mount, of the proxy's rule, or of the route. */
  index: number;
  /** Value of Allow for "method" and "options". */
  allow: string;
  /** Path parameters of a view, as text. */
  params: string[];
}

/** Owned by the thread that made it. Methods throw on misuse; none blocks except where said. */
export interface NativeServer {
  /** Process-wide id by which workers attach. */
  readonly id: number;
  /** One SharedArrayBuffer (as Uint8Array) for each (I/O thread, slot), index ioThread * slots + slot. Made by the main thread before listen(). */
  setRings(rings: Uint8Array[]): void;
  /** Binds and listens; throws an Error with code (EADDRINUSE, EACCES...), address and port. Connections wait until start(). */
  listen(): NativeAddress[];
  /**
   * Compiles and publishes the route table; throws TypeError naming the pattern, and changes nothing then. null: no URLconf,
   * everything goes to the application. From now on requests go to workers of this generation only, also those that wait
   * already; `workers` is how many it has when it is complete. With `options` the mounts change at the same moment, and hosts,
   * trustProxy, limits, timeouts and hsts; everything else in them stays as it was at the start.
   */
  setRoutes(
    manifest: import('../gateway/contract.ts').RouteManifest | null,
    generation: number,
    workers: number,
    options?: NativeServerOptions,
  ): void;
  /**
   * Certificates of a listener: needed before start() or openListener(), replaceable at any time for the handshakes that follow.
   * Throws an Error with OpenSSL's reason; the certificates before then stay. Listeners are numbered by their place in
   * options.listen, then in the order of addListener().
   */
  setTls(listener: number, tls: NativeTls): void;
  /** Binds one more address while serving; clients wait in its backlog until openListener(). Throws as listen(). */
  addListener(listen: NativeListen): { listener: number; address: NativeAddress };
  openListener(listener: number): void;
  /** Closes a listener, opened or not; connections that it brought stay. */
  removeListener(listener: number): void;
  /** Starts the I/O threads (once). */
  start(): void;
  /** Stops accepting, finishes what is in flight for at most graceMs, closes everything. `done` is called on this thread when the I/O threads have ended. */
  stop(graceMs: number, done: () => void): void;
  /** Calls `done` on this thread with what workers have and have not answered, oldest first, at most 32 of each and I/O thread. */
  runningRequests(done: (requests: NativeRunningRequest[]) => void): void;
  /** What the tables of the last setRoutes() make of a request: the last step is the answer, others may be it. `host` as in Host. */
  planRoute(method: string, host: string, path: string): NativeRouteStep[];
  /** Not ready any more; from now on every answer says Connection: close, so that clients leave before stop(). */
  lameDuck(): void;
  /** Gives a server that stops this much time from now instead. */
  hurry(graceMs: number): void;
  stats(): NativeStats;
  metrics(): NativeMetrics;
  /** The newest traces with a higher serial than this, oldest first. */
  traces(after: number): NativeTrace[];
  /** Whether readiness probes shall be answered with 200, as far as it depends on the caller. True at first. */
  setReady(ready: boolean): void;
  /** Opens the access log's file again: lines of answers that end from now on go to the new one. */
  reopenLog(): void;
  /** The slot's worker gets no more requests. */
  drainSlot(slot: number): void;
  /** Whether the worker's event loop has turned since the last call; asks it again. True when nobody is attached. */
  probeSlot(slot: number): boolean;
  /** Asks the slot's worker for its JavaScript stack, whatever it does; takeStack() has it soon. False: it cannot be asked. */
  requestStack(slot: number): boolean;
  /** The frames, innermost first: "name (url:line:column)" with the four characters "\\x0a" in between. null: not (yet) there. */
  takeStack(slot: number): string | null;
  /** How often a request inside the slot's worker was found past its limit, ever: when it grows, see whether the worker turns. */
  overdue(slot: number): number;
}

/** The worker's end of the queue; src/gateway/queue-reader.ts is its user. Valid until detach(). */
export interface NativePort {
  /**
   * Answers in one piece. head: a registration from registerHead, or a field block of exactly `lines` lines. Throws
   * TypeError for what would break the message.
   */
  respond(token: number, channel: number, status: number, head: number | string, lines: number, body: string | Uint8Array | null): void;
  /** The same with a body from createStaticBody. */
  respondStatic(token: number, channel: number, status: number, head: number | string, lines: number, body: number): void;
  /**
   * Answers with the page that a gathered payload stands for (native/template/payload.h): `table` from registerTemplates,
   * `tokens` as many as the template wrote. condition: undefined for no entity-tag; null, or the value of If-None-Match, for a
   * weak one (unless the fields have their own), and 304 where the value names it. Returns 0, or a refusal
   * (src/gateway/page-payload.ts), after which nothing is answered and the request waits for another answer.
   */
  respondPage(
    token: number,
    channel: number,
    status: number,
    head: number | string,
    lines: number,
    table: number,
    payload: string,
    tokens: number,
    condition: string | null | undefined,
  ): number;
  streamStart(token: number, channel: number, status: number, head: number | string, lines: number): void;
  /** Returns the chunk's size in bytes. */
  streamWrite(token: number, channel: number, chunk: string | Uint8Array): number;
  /** complete false: the answer is cut, and looks so to the client. */
  streamEnd(token: number, channel: number, complete: boolean): void;
  /** A cancelled request ends without an answer. */
  drop(token: number, channel: number): void;
  /** This many more bytes of a streamed request body may come. */
  bodyCredit(token: number, channel: number, bytes: number): void;
  /** What a traced request spent its time on, in lines of phases.ts; before its answer. */
  reportPhases(token: number, channel: number, text: string): void;
  /** Fills `target` from the channel's shared memory at `offset`, which must belong to a record of the batch that runs. */
  readRing(channel: number, offset: number, target: Uint8Array): void;
  /** A registration of a checked field block, for this thread. */
  registerHead(block: string, lines: number): number;
  /** Publishes what was answered outside a batch at once (it is also done before the loop sleeps). */
  flush(): void;
  /** Gives the slot back. */
  detach(): void;
}

/** A segment of template text. */
export interface NativeLiteral {
  /** UTF-8. Text is encoded. */
  bytes: Uint8Array | string;
  /** What happens to the values behind it: 0 they are escaped for HTML, 1 they are markup. */
  mode: 0 | 1;
}

export interface NativeBinding {
  readonly abi: number;
  readonly ringBytes: number;
  /** Constants of native/queue/layout.h, by the names of src/gateway/layout.ts. */
  readonly layout: Record<string, number | string[]>;
  Server: new (options: NativeServerOptions) => NativeServer;
  /** One message to a unix datagram socket ("@name" for an abstract one); false when it was not delivered at once. */
  sendDatagram(path: string, message: string): boolean;
  /** Worker side: claims the slot for a worker that runs this generation of the application, and watches its doorbell; `drain` is called once per batch and returns how many requests were in it. null while the last owner holds the slot. */
  attach(serverId: number, slot: number, generation: number, drain: (channel: number, head: number, tail: number) => number): NativePort | null;
  /** Copies bytes into memory of the server core and returns an id for respondStatic. */
  createStaticBody(bytes: Uint8Array): number;
  releaseStaticBody(id: number): void;
  /** CPU time of the calling thread in microseconds. */
  threadCpu(): number;
  /**
   * Forgets stored answers of a server: how many. In effect on all its threads when it returns. text: a URL or a path, the
   * beginning of one, a tag; "" for all. TypeError for what is no URL. 0 when the server has ended.
   */
  purge(serverId: number, kind: 'url' | 'prefix' | 'tag' | 'all', text: string): number;
  /** Constants of native/template/payload.h, by the names of src/gateway/page-payload.ts. */
  readonly payload: Record<string, number | string>;
  /**
   * Registers a table for this thread: literals[i] has the id FIRST_LITERAL + i, ids have idWidth (1 or 2) characters. Equal
   * tables have one id in the process. `secret` makes entity-tags the same in all processes that share it; "" for tags of this
   * process. TypeError for more literals than ids.
   */
  registerTemplates(literals: readonly NativeLiteral[], idWidth: number, secret: string): number;
  /** Takes one registration of this thread back. The table goes when no thread has one. */
  releaseTemplates(id: number): void;
  /** The page of a payload, or a refusal. */
  assemblePage(table: number, payload: string, tokens: number): Buffer | number;
  /** "" for a text with variables that native/variables understands, else what is wrong with it. */
  templateProblem(text: string): string;
  /** A weak entity-tag of text or bytes, with the secret of the table: for a page's payload the tag that respondPage gives it. */
  pageTag(table: number, content: string | Uint8Array): string;
}
