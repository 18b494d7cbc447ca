/** Types of rate limits, access rules and fields of answers: as written, and as the server runs on them. */
import type { NativeGate, NativeScope } from '../../native/gate-options.ts';
import type { NativeHeadPolicy } from '../../native/options.ts';
import type { ClientShown } from './clients.ts';
import type { Duration, Size } from './quantities.ts';

/** Which requests a rule is for. */
export interface ScopeConfig {
  /** Path prefix. Default: "/", everything. */
  prefix?: string | undefined;
  /** A host, or "*." and a host. Default: any. */
  host?: string | undefined;
  /** Default: all. */
  methods?: readonly string[] | undefined;
}

/** So many requests in a time, counted natively over all workers: 429 beyond. */
export interface RateConfig extends ScopeConfig {
  /** Names the limit in the fields of its refusals. */
  name: string;
  /** Who is counted together, as a text with variables. Default: "$remote_net", the address, /64 networks of IPv6 together. */
  key?: string | undefined;
  /** "10/s", "300/m", "1000/h". */
  rate: string;
  /** Requests beyond the rate at once. Default: one less than the number in `rate`. */
  burst?: number | undefined;
  /** Holds requests of the burst back, so that they go on at the rate. Default: false. */
  delay?: boolean | undefined;
  /** Counts in server.stats() what would be refused, refuses nobody. Default: false. */
  dryRun?: boolean | undefined;
}

/** So many requests at once: 503 beyond. */
export interface ConcurrencyConfig extends ScopeConfig {
  /** Requests under way at once: 503 beyond. */
  max: number;
  /** Count what would be refused (stats().concurrencyLimitedDry), and refuse nobody. Default: false. */
  dryRun?: boolean | undefined;
}

/** Another limit of request content for some paths. */
export interface BodyLimitConfig extends ScopeConfig {
  /** Request content in the place of limits.body: 413 beyond. */
  max: Size;
}

/** How fast answers are sent, each for itself: the first rule that covers a request counts. */
export interface BandwidthConfig extends ScopeConfig {
  /** Bytes in a second. 0: as fast as it goes. */
  rate: Size;
  /** The first bytes of an answer that go as fast as they can. Default: 0. */
  after?: Size | undefined;
}

/** All rules that cover a request must let it pass. */
export interface AccessConfig extends ScopeConfig {
  /** Networks, addresses, "unix", or "all": 403 for these clients. Goes before allow. */
  deny?: readonly string[] | 'all' | undefined;
  /** 403 for all other clients. */
  allow?: readonly string[] | undefined;
  /** 405 for other methods. */
  only?: readonly string[] | undefined;
  /** Fields that a request must have, with these values; true: with any. 403 without. */
  fields?: Readonly<Record<string, string | true>> | undefined;
}

/** What the server does for every answer, files and errors included. */
export interface SecurityConfig {
  /** Fields for every answer that has none of the name. true: nosniff, Referrer-Policy, COOP, X-Frame-Options. Default: none. */
  headers?: boolean | Readonly<Record<string, string | false>> | undefined;
  /** "hidden": no answer tells what stands behind the front. Default: "shown". */
  identity?: 'hidden' | 'shown' | undefined;
  /** What views see of a client's address, as request.remoteAddress. The fields of the request are as they came. Default: "full". */
  client?: ClientShown | undefined;
  /** How long a hashed address stands for the same client, here, in logs and for upstreams. Default: 24h. */
  clientPeriod?: Duration | undefined;
}

export type Scope = NativeScope;

export type RateRule = NativeGate['rates'][number];

export type AccessRule = NativeGate['access'][number];

/** What requests must pass. */
export type GateRules = NativeGate;

/** Fields of every answer. */
export type HeadRules = NativeHeadPolicy;
