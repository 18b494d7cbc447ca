/** What one client, one request and one worker may use: as written, and as the server runs on it. */
import type { NativeLimits, NativeTimeouts } from '../../native/options.ts';
import type { BandwidthConfig, BodyLimitConfig, ConcurrencyConfig, RateConfig } from './rules.ts';
import type { Duration, Size } from './quantities.ts';

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
  /** New connections of one address (IPv6: of one /64 network) in a time, such as "20/s"; further ones are closed. Default: any. */
  connectionRate?: string | undefined;
  /** Clients whose connections are not counted: networks and addresses. Default: none, but those of trustProxy. */
  uncounted?: readonly string[] | undefined;
  /** Requests in a time, over all I/O threads: 429 beyond. Default: none. */
  rate?: readonly RateConfig[] | undefined;
  /** Keys that the rate limits have room for, 16 bytes each. Default: 65536. */
  rateKeys?: number | undefined;
  /** Requests under way at once: the first rule that covers a request counts. Default: none. */
  concurrency?: readonly ConcurrencyConfig[] | undefined;
  /** How fast answers are sent, each for itself: the first rule that covers a request counts. Default: as fast as they go. */
  bandwidth?: readonly BandwidthConfig[] | undefined;
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
  /**
   * Whose requests say how long their clients wait (Request-Timeout, X-Request-Deadline, grpc-timeout and the like): nobody's,
   * anybody's, or those that come from trustProxy. What has not been answered by then gets 504 and does not run. Default: false.
   */
  client?: boolean | 'trusted' | undefined;
  /** A worker that a view keeps busy for so long, without a turn of its event loop, is reported with its stack. 0: not. Default: 5s. */
  slow?: Duration | undefined;
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

export type Limits = NativeLimits;

/** Milliseconds. */
export interface Timeouts extends Omit<NativeTimeouts, 'client'> {
  client: boolean | 'trusted';
  slow: number;
  start: number;
  stop: number;
  drain: number;
}

/** Of one life. Milliseconds, bytes; 0: never for that. jitter: up to this part more, by chance. */
export interface Recycle {
  readonly requests: number;
  readonly jitter: number;
  readonly age: number;
  readonly heap: number;
  readonly external: number;
}
