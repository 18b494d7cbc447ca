/** Storing the answers of upstreams: `cache` of a proxy entry, as written, and as the server runs on it. */
import type { NativeProxyCache } from '../../native/proxy-options.ts';
import type { Duration } from './quantities.ts';

/** Which answers of an upstream are kept, for how long, and for whom (RFC 9111). What answers say themselves goes first. */
export interface ProxyCacheConfig {
  /** What one answer is kept under, in nginx's variables. Default: scheme, host, path and query. */
  key?: string | undefined;
  /**
   * How long answers are fresh that do not say it: { "200": "10m", "404": "30s" }; a time alone is for 200, 301 and 302.
   * Default: they are not kept.
   */
  ttl?: Duration | Readonly<Record<string, Duration>> | undefined;
  /** Requests for an answer before it is kept. Default: 1. */
  minUses?: number | undefined;
  /** Texts with variables: where one gives something other than "" and "0", the request is not answered from the store. */
  bypass?: readonly string[] | undefined;
  /** Texts with variables: where one gives something other than "" and "0", the answer is not kept. */
  noStore?: readonly string[] | undefined;
  /** Methods that are answered from the store: GET, and HEAD from what a GET brought. Default: ["GET", "HEAD"]. */
  methods?: readonly ('GET' | 'HEAD')[] | undefined;
  /**
   * What becomes of a request for a range that the store cannot answer. "pass": the upstream is asked for the range, and nothing is
   * kept. "whole": it is asked for everything, which is kept; the client gets its range. "parts": it is asked for the range, and a 206 with a
   * strong entity-tag is kept and put together with others of that tag. Default: "pass".
   */
  ranges?: 'pass' | 'whole' | 'parts' | undefined;
  /** Where answers do not say it: how long a stale one is given while a new one is fetched behind it. Default: 0. */
  staleWhileRevalidate?: Duration | undefined;
  /** Where answers do not say it: how long a stale one is given when the upstream fails or cannot be reached. Default: 0. */
  staleIfError?: Duration | undefined;
  /** How long a request waits for the answer to another one; 0: not at all. Default: as cache.lock. */
  lock?: Duration | undefined;
  /** Answers with Last-Modified that say nothing more are fresh for a tenth of their age (RFC 9111 4.2.2). Default: false. */
  heuristic?: boolean | undefined;
  /** Cache-Control of requests (no-cache, max-age, only-if-cached...) counts. Default: true. */
  requestDirectives?: boolean | undefined;
  /** Answers that set cookies are kept, and set them for everybody. Default: false. */
  storeCookies?: boolean | undefined;
}

export interface ProxyCache extends Omit<NativeProxyCache, 'key' | 'lock'> {
  /** A template; undefined for scheme, host, path and query. */
  key: string | undefined;
  /** undefined: as that of the store. */
  lock: number | undefined;
}
