/** Upstreams and what is proxied to them. */

export interface NativeUpstreamServer {
  /** As it was written. */
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
  /** Only clients that come back to it get it. */
  draining: boolean;
  /** 0: any number. */
  maxConnections: number;
  slowStart: number;
}

/** What is known of a server now. */
export interface NativeUpstreamState {
  label: string;
  stickyId: string;
  weight: number;
  backup: boolean;
  down: boolean;
  draining: boolean;
  maxConnections: number;
  /** Of the circuit breaker: open while the server is spared, trial while one request tries it. */
  circuit: 'closed' | 'open' | 'trial';
  /** false: active checks say that it does not serve. */
  checked: boolean;
  inFlight: number;
  answered: number;
  failed: number;
  /** Active checks. */
  checksPassed: number;
  checksFailed: number;
  /** Of the last check's answer, 0 without one. */
  checkStatus: number;
  /** To the head of an answer, as far as it is to be expected; 0: not known. */
  latencyUs: number;
}

export interface NativeUpstream {
  name: string;
  servers: NativeUpstreamServer[];
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
  /** Idle connections to one server, of all I/O threads. */
  keepAlive: number;
  /** Of the PROXY header that connections begin with; 0: none. */
  proxyProtocol: 0 | 1 | 2;
  /** null: servers are judged by their requests alone. Times in milliseconds; host "" and port 0: the server's own. */
  check: {
    tcp: boolean;
    method: string;
    /** As it is sent, and decoded without its query. */
    target: string;
    path: string;
    host: string;
    interval: number;
    jitter: number;
    timeout: number;
    rise: number;
    fall: number;
    /** Those that pass. */
    statuses: { from: number; to: number }[];
    body: string;
    port: number;
  } | null;
  /** Milliseconds; 0 switches a limit off. */
  timeouts: { connect: number; firstByte: number; idle: number; send: number; total: number; tunnel: number; keepAlive: number; queue: number };
  /** PEM texts and a name, "" for none. null: no server has TLS. */
  tls: { ca: string; cert: string; key: string; name: string; verify: boolean } | null;
}

export interface NativeProxyRule {
  prefix: string;
  /** A pattern of native/http/grammar/host_pattern.h, "" for any. */
  host: string;
  /** Index into upstreams. */
  upstream: number;
  stripPrefix: boolean;
  buffer: boolean;
  requestBuffer: boolean;
  forwarded: 'both' | 'x-forwarded' | 'standard' | 'none';
  client: 'full' | 'masked' | 'hashed' | 'none';
  via: boolean;
  rewrite: boolean;
  /** "client", "upstream", or the value of Host. */
  sendHost: string;
  /** null: all. */
  methods: string[] | null;
  /** Names in lower case. */
  hide: string[];
  /** Likewise: nothing passes but these and what answers need; null: everything. */
  pass: string[] | null;
  /** Field lines, and their names in lower case. */
  setLines: string;
  setNames: string[];
  upgrade: string[];
  /** null: answers are not stored. */
  cache: NativeProxyCache | null;
}

export interface NativeProxyCache {
  /** A template, "" for the URI. */
  key: string;
  /** Seconds, by status, where answers do not say it. */
  ttl: [status: number, seconds: number][];
  minUses: number;
  /** Templates. */
  bypass: string[];
  noStore: string[];
  /** Answered from the store; HEAD is the one that may lack. */
  methods: string[];
  /** What an upstream is asked for where a range is not stored: 'pass' or 'whole'. */
  ranges: string;
  /** Milliseconds. */
  staleWhileRevalidate: number;
  staleIfError: number;
  lock: number;
  heuristic: boolean;
  requestDirectives: boolean;
  storeCookies: boolean;
}
