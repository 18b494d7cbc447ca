/** What a native server tells of itself. */

import type { NativePoolStats } from './pool-options.ts';

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
  /** Answered with 504: the time was over that their clients said they would wait. */
  deadlinesPassed: number;
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
  /** Would have been 503 under limits that only count. */
  concurrencyLimitedDry: number;
  /** Questions to checkers of `auth`. */
  verifications: number;
  /** 103 Early Hints of links that were learnt (`learnEarlyHints`). */
  hintsSent: number;
  /** Beyond the limit of their address. */
  connectionsRefused: number;
  /** Doorbells rung because the other side slept. */
  workerWakes: number;
  ioWakes: number;
  ioTurns: number;
  acceptPauses: number;
  /** Once the server has stopped: requests that ended within the grace, and those that were cut at its end. */
  stopDrained: number;
  stopCut: number;
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
  /** Of both: with a form that was compressed once. */
  cacheCoded: number;
  /** Requests of cached locations for which somebody had to be asked. */
  cacheMisses: number;
  /** Requests that waited for another one's answer. */
  cacheWaits: number;
  /** Requests, and answers with files, that waited for a disk. */
  fileWaits: number;
  /** Requests for files that were refused: too much waited for a disk, or too long. */
  fileRefusals: number;
  /** Gauge. */
  cacheBytes: number;
  cacheEvictions: number;
  cacheStored: number;
  cachePurged: number;
  /** Compressed forms of stored answers that were kept. */
  cacheForms: number;
  /** Fragments of templates ({% cache %}) that were there when a page asked for them. */
  fragmentHits: number;
  /** Those that were not, and had to be made. */
  fragmentMisses: number;
  /** Coded contents made by the helper thread. */
  variantsMade: number;
  /** Gauge: memory that those which are kept take. */
  variantBytes: number;
  /** By slot. */
  workers: NativeWorkerStats[];
  /** Empty for a server without workers. */
  pools: NativePoolStats[];
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
  /** See src/gateway/queue/phases.ts; "" when the worker reported none. */
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

/** One look at a table on the way of a request; native/server/lanes/route_plan.h. */
export interface NativeRouteStep {
  kind: 'health' | 'host' | 'bad-path' | 'mount' | 'proxied' | 'view' | 'opaque' | 'method' | 'options' | 'slash' | 'not-found' | 'unmatched';
  /** Of the mount, of the proxy's rule, or of the route. */
  index: number;
  /** Value of Allow for "method" and "options". */
  allow: string;
  /** Path parameters of a view, as text. */
  params: string[];
}
