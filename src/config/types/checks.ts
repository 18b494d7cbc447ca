/** The shapes of `upstreams.<name>.check` and `.resolve`: what people write, and what the server runs on. */
import type { NativeUpstream } from '../../native/proxy-options.ts';
import type { Duration } from './quantities.ts';

/** Requests that the server makes by itself to see whether a server of an upstream serves. */
export interface UpstreamCheckConfig {
  /** Path and query of the request. Default: "/". */
  path?: string | undefined;
  /** Default: "GET". */
  method?: 'GET' | 'HEAD' | 'OPTIONS' | undefined;
  /** Host of the request. Default: the server's own. */
  host?: string | undefined;
  /** Only connects, with TLS where the server has it. Default: false. */
  tcp?: boolean | undefined;
  /** From one check to the next. Default: 5s. */
  interval?: Duration | undefined;
  /** The part of `interval` by which checks come earlier or later, so that they do not come at once. Default: 0.1. */
  jitter?: number | undefined;
  /** Of a whole check. Default: 2s. */
  timeout?: Duration | undefined;
  /** Checks in a row that bring a server back. Default: 2. */
  rise?: number | undefined;
  /** Checks in a row that take a server out. Default: 3. */
  fall?: number | undefined;
  /** Statuses that pass: numbers, and classes such as "2xx". Default: ["2xx", "3xx"]. */
  status?: readonly (number | string)[] | undefined;
  /** Text that has to be in the first 64 KiB of the content. Default: none. */
  body?: string | undefined;
  /** Another port than that of requests. Default: the server's. */
  port?: number | undefined;
}

/** Times in milliseconds. */
export type UpstreamCheck = NonNullable<NativeUpstream['check']>;

/** How names among the servers are followed as their addresses change. */
export interface UpstreamResolveConfig {
  /** DNS servers that are asked instead of the system, for example "10.0.0.2" or "[fd00::2]:5353". */
  servers?: readonly string[] | undefined;
  /** Names are asked for again when their time to live is over, but not sooner than this. Default: 1s. */
  min?: Duration | undefined;
  /** And not later. Default: 5m. */
  max?: Duration | undefined;
}

/** Times in milliseconds. */
export interface UpstreamResolve {
  /** Empty: the system is asked. */
  servers: string[];
  min: number;
  max: number;
}
