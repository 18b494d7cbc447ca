/**
 * What a native server is made of.
 * The addon's exported shapes are checked against this folder by test/gateway/native-binding.test.ts.
 */
import type { NativeGate } from './gate-options.ts';
import type { NativePool } from './pool-options.ts';
import type { NativeProxyRule, NativeUpstream } from './proxy-options.ts';

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
  /** In the place of constant answers; later ones go before earlier ones. */
  errorPages: NativeErrorPage[];
  ioThreads: number;
  /** Niceness of a worker thread while a view burns CPU, 0 to 19. Inline mode is left alone. */
  workerNice: number;
  /** Worker slots (at least 1; inline mode uses slot 0). */
  slots: number;
  /** Each has the slots behind those of the one before it; the first is for routes that name none. Absent: one with all slots. */
  pools?: NativePool[];
  /** Threads that wait for disks (0: I/O threads do), and jobs that may wait for them: 503 beyond. */
  files: { threads: number; queue: number };
  /** In the place of node:http: leaves, content and stops as there (native/server/options.h). */
  asNodeHttp: boolean;
  /** Of the I/O threads as the system shows them, before "-" and their number: at most 12 characters. */
  threadName: string;
  /** Milliseconds: how old may be what is known of a static file; 0 looks at the disk for every answer. */
  lookAgain: number;
  /** At most 16; none: no access log. */
  logs: NativeAccessLog[];
  /** What views see of clients, and the seconds that a hash stands for one. */
  clients: { views: 'full' | 'masked' | 'hashed' | 'none'; period: number };
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
  /** Links of views' answers that are sent early. maxAge: milliseconds; origins: beside a page's own, in lower case. */
  hints: { learn: boolean; maxAge: number; origins: string[] };
  /** Of stored answers. bytes 0: nothing is stored. lock: milliseconds that a request waits for another one's answer. */
  cache: { bytes: number; maxEntryBytes: number; lock: number; /** Cache-Status goes to clients. */ status: boolean };
  /** Value of Strict-Transport-Security over TLS, "" for none. */
  hsts: string;
  /** Run the I/O loop inside the calling thread's event loop (benchmarks of the queue only; needs ioThreads 1, slots 1). */
  direct: boolean;
}

/** For the statuses from `first` to `last`, for clients that get this form. */
export interface NativeErrorPage {
  first: number;
  last: number;
  format: 'html' | 'json' | 'text';
  page: string;
}

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
  /** Networks that such connections are taken from; empty: any. Unix sockets always. */
  announcers: string[];
  /** Sockets of this user may listen on the port already: those of a server that stops. */
  shared?: boolean;
}

/** Certificates of one listener, as texts in PEM form. */
export interface NativeTls {
  /** Leaf first in each. The first certificate is also for names that none has. */
  certificates: { names: string[]; cert: string; key: string; /** An OCSP response in DER form; empty for none. */ ocsp: Uint8Array }[];
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
  cacheRules: { /** A pattern of native/base/glob.h. */ match: string; cacheControl: string }[];
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
  /** Whose requests say how long their clients wait. 0: nobody's; 1: those of trusted proxies; 2: anybody's. */
  client: number;
}

/** Fields of every answer. */
export interface NativeHeadPolicy {
  /** "Name: value\r\n" each, at most 64; an answer that has the field keeps its own. */
  lines: string[];
  hidesIdentity: boolean;
}

export interface NativeAddress {
  host?: string;
  port?: number;
  unix?: string;
  /** HTTPS. Absent otherwise. */
  tls?: true;
}

/** One access log. Those of one path share a writer. */
export interface NativeAccessLog {
  form: 'text' | 'combined' | 'json' | 'terminal';
  /** Absolute file, "" for standard output. */
  path: string;
  /** In the place of the form, a text that logFormatProblem accepts; "" for none. */
  own: string;
  /** The same: names and variables of members by turns, which logFieldsProblem accepts; empty for none. */
  fields: string[];
  client: 'full' | 'masked' | 'hashed' | 'none';
  /** One line in so many, beside errors and slow answers; at least 1. */
  sample: number;
  /** First digits of statuses; empty: all. */
  classes: number[];
  /** Milliseconds; 0: no answer is slow. */
  slow: number;
  dropQuery: boolean;
  redact: string[];
  only: NativeLogCondition;
  except: NativeLogCondition;
}

/** Empty lists and 0: whatever it is. Nothing at all: no condition. */
export interface NativeLogCondition {
  lanes: string[];
  /** Classes as 1 to 5, statuses as they are. */
  statuses: number[];
  /** Of native/base/glob.h, for "." and the path. */
  paths: string[];
  /** Milliseconds. */
  slower: number;
  values: { variable: string; kind: 'present' | 'absent' | 'like'; pattern: string }[];
}
