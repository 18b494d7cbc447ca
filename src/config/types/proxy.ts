/** The shapes of `proxy` and `upstreams`: what people write, and what the server runs on. */
import type { NativeProxyRule, NativeUpstream, NativeUpstreamServer } from '../../native/proxy-options.ts';
import type { UpstreamCheckConfig, UpstreamResolve, UpstreamResolveConfig } from './checks.ts';
import type { ClientShown, ForwardedForm } from './clients.ts';
import type { ProxyCache, ProxyCacheConfig } from './proxy-cache.ts';
import type { Duration } from './quantities.ts';

/** Requests below a path that another server answers; the longest prefix that fits decides, among static directories too. */
export interface ProxyConfig {
  /** Path below which requests are proxied, for example "/api/"; "/" takes what nothing else does. */
  prefix: string;
  /** Only for requests to this host: "example.com", or "*.example.com" for the names below it. Default: any host. */
  host?: string | undefined;
  /** A name of upstreams, or the address of one server: "http://127.0.0.1:9000", "http+unix:/run/app.sock". */
  upstream: string;
  /** The upstream sees "/x" for "/api/x". Default: false. */
  stripPrefix?: boolean | undefined;
  /** Take answers at the upstream's speed, into a file where the client is slower. Default: true. */
  buffer?: boolean | undefined;
  /** Take a request's content whole before the upstream is asked, so that a slow client does not hold it. Default: true. */
  requestBuffer?: boolean | undefined;
  /** Further fields of answers that do not reach clients. Server, Via, X-Powered-By and their kin never do. */
  hide?: readonly string[] | undefined;
  /**
   * Nothing of an answer reaches clients but these fields and those that it cannot be understood without (content, caching, conditions, redirects,
   * challenges). Set-Cookie has to be named. Default: everything passes.
   */
  pass?: readonly string[] | undefined;
  /** Fields that requests get, in the place of the client's own of that name. */
  setFields?: Readonly<Record<string, string>> | undefined;
  /** Host of the requests: the client's, the upstream's, or this name. Default: "client". */
  sendHost?: string | undefined;
  /** Fields that say who the client is: X-Forwarded-*, Forwarded, both or none. Those that a client sent go on only from trusted proxies. Default: "both". */
  forwarded?: ForwardedForm | undefined;
  /** What these fields say of the client's address. Default: "full". */
  client?: ClientShown | undefined;
  /** The upstream gets a Via field (RFC 9110 7.6.3). Default: true. */
  via?: boolean | undefined;
  /** Location, Refresh and Set-Cookie of answers are made to point to the public place. Default: true. */
  rewrite?: boolean | undefined;
  /** Only these methods; others go on as if the entry were not there. Default: all. */
  methods?: readonly string[] | undefined;
  /** Protocols that a connection may be switched to. Default: ["websocket"]. */
  upgrade?: readonly string[] | undefined;
  /** Whether answers are kept, and how: docs/caching.md. true: as they say themselves. Default: false. */
  cache?: boolean | ProxyCacheConfig | undefined;
}

/** Servers that answer proxied requests. */
export interface UpstreamConfig {
  /**
   * "http://host:port", "https://host", "http+unix:/path", "uwsgi://host:port", "uwsgi+unix:/path", "http://_http._tcp.domain" for the
   * servers that SRV records list, or more about one.
   */
  servers: readonly (string | UpstreamServerConfig)[];
  /** How the servers share requests. Default: "roundRobin". */
  balance?: BalanceMethod | undefined;
  /** What requests are shared by with balance: "hash", in nginx's variables. Default: "$remote_addr". */
  hash?: string | undefined;
  /** A cookie that brings clients back to the server that they had. Default: none. */
  sticky?: string | undefined;
  /** Requests that wait where every server has its maxConnections; on all I/O threads; beyond it 503. Default: 0. */
  queue?: number | undefined;
  health?: UpstreamHealthConfig | undefined;
  /** Requests that find out whether a server serves. Default: none. */
  check?: UpstreamCheckConfig | undefined;
  resolve?: UpstreamResolveConfig | undefined;
  retries?: UpstreamRetriesConfig | undefined;
  /** Idle connections that are kept to one server, by all I/O threads together. Default: 256. */
  keepAlive?: number | undefined;
  /** Connections begin with a PROXY header of this version, which names the client. Default: none. */
  proxyProtocol?: 1 | 2 | undefined;
  timeouts?: UpstreamTimeoutsConfig | undefined;
  /** Of connections to https servers. */
  tls?: UpstreamTlsConfig | undefined;
}

export type BalanceMethod = 'roundRobin' | 'leastConnections' | 'randomTwo' | 'latency' | 'hash';

/** One server of an upstream. */
export interface UpstreamServerConfig {
  /** As in `servers`. */
  url: string;
  /** Its share, 1 to 1000. Default: 1. */
  weight?: number | undefined;
  /** Asked only when no other server serves. Default: false. */
  backup?: boolean | undefined;
  /** Gets no requests. Default: false. */
  down?: boolean | undefined;
  /** Requests in flight, and so connections, of all I/O threads together; 0: any number. Default: 0. */
  maxConnections?: number | undefined;
  /** A server that comes back gets its share slowly, over this time. Default: 0. */
  slowStart?: Duration | undefined;
}

/** When a server is spared because of how its requests went. An only server never is. */
export interface UpstreamHealthConfig {
  /** Failures within `window` that open the circuit; 0: never. Default: 3. */
  failures?: number | undefined;
  /** Default: 10s. */
  window?: Duration | undefined;
  /** Then one request tries the server; each further failure doubles the time, up to `maxSpare`. Default: 10s. */
  spare?: Duration | undefined;
  /** Default: 60s. */
  maxSpare?: Duration | undefined;
  /** Answers that take longer to begin are failures; 0: none are. Default: 0. */
  slow?: Duration | undefined;
  /** Statuses that are failures. Default: none. */
  statuses?: readonly number[] | undefined;
}

/** When another server is tried: never once an answer has begun, and only what can be repeated (RFC 9110 9.2.2). */
export interface UpstreamRetriesConfig {
  /** Servers that one request is sent to at most. Default: 2. */
  tries?: number | undefined;
  /** Retries for each request, on average. Default: 0.2. */
  budget?: number | undefined;
  /** Retries in a second that are always allowed, for each I/O thread. Default: 10. */
  floor?: number | undefined;
}

/** 0 switches a limit off. */
export interface UpstreamTimeoutsConfig {
  /** To connect, TLS included: 504 beyond. Default: 5s. */
  connect?: Duration | undefined;
  /** From the end of the request to the head of the answer: 504 beyond. Default: 60s. */
  firstByte?: Duration | undefined;
  /** Between two reads of an answer: it is cut beyond. Default: 60s. */
  idle?: Duration | undefined;
  /** Without progress while the request is sent: 504 beyond. Default: 30s. */
  send?: Duration | undefined;
  /** From the request to the end of the answer. Default: 0. */
  total?: Duration | undefined;
  /** Without a byte in a tunnel. Default: 1h. */
  tunnel?: Duration | undefined;
  /** How long an idle connection is kept; less than the servers keep it. Default: 4s. */
  keepAlive?: Duration | undefined;
  /** For a server with room: 503 beyond. Default: 10s. */
  queue?: Duration | undefined;
}

/** HTTPS to the servers of an upstream: whom to trust, and who this server is to them. */
export interface UpstreamTlsConfig {
  /** PEM file of who may have signed the servers' certificates. Default: whom the system trusts. */
  ca?: string | undefined;
  /** PEM files of the certificate that is shown to the servers, and its key. */
  cert?: string | undefined;
  key?: string | undefined;
  /** The name that is asked for and expected in certificates. Default: the host of the server. */
  serverName?: string | undefined;
  /** false believes any certificate. Default: true. */
  verify?: boolean | undefined;
}

/** Milliseconds. */
export type UpstreamTimeouts = NativeUpstream['timeouts'];

/** Times in milliseconds. */
export type UpstreamHealth = NativeUpstream['health'];

export type UpstreamRetries = NativeUpstream['retries'];

/** A server with its first address. */
export interface UpstreamServer extends NativeUpstreamServer {
  /** Of the host, where it is to be resolved; else "". */
  name: string;
}

/** PEM texts; the name "": the host of the server. */
export type UpstreamTls = NonNullable<NativeUpstream['tls']>;

export interface Upstream extends NativeUpstream {
  servers: UpstreamServer[];
  balance: BalanceMethod;
  resolve: UpstreamResolve;
}

export interface ProxyRule extends Omit<NativeProxyRule, 'cache'> {
  /** null: answers are not kept. */
  cache: ProxyCache | null;
}
