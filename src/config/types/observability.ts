/** Logs, metrics, traces and probes: as written, and as the server runs on them. */
import type { AccessLog, AccessLogConfig, AccessLogRules } from './access-log.ts';
import type { LogLevel } from '../../log/level.ts';
import type { Duration } from './quantities.ts';

export type { LogLevel };

/** How the application's log is written; auto: pretty where standard error is a terminal. */
export type AppLogForm = 'auto' | 'pretty' | 'json';

/** The logs. The rules beside `access` are those of one log; several have each their own. */
export interface LogConfig extends AccessLogRules {
  /** One line a request, or several logs. Default: "text" for `fastserve start`, "off" for serve(). */
  access?: AccessLog | readonly AccessLogConfig[] | undefined;
  /** What applications log and print, on standard error. Default: "auto", pretty on a terminal and JSON lines otherwise. */
  app?: AppLogForm | undefined;
  /** What goes to standard error, of the server and of the application. Default: "info". */
  level?: LogLevel | undefined;
}

export interface MetricsConfig {
  /** An address of its own; port 0 takes a free one. A number or string is short for an object. Default host: 127.0.0.1. */
  listen: number | string | { host?: string | undefined; port: number };
}

export interface TraceConfig {
  /** Share of requests that are followed, 0 to 1. Default: 1. */
  sample?: number | undefined;
  /** At most so many in a second, for each I/O thread. Default: 20. */
  perSecond?: number | undefined;
  /** Requests that take longer are kept even when they were not followed; 0: none. Default: 500ms. */
  slow?: Duration | undefined;
  /** Answers of followed requests say where their time went, in Server-Timing. Default: false. */
  serverTiming?: boolean | undefined;
}

export interface AdminConfig {
  /** The page's own address. Default host: 127.0.0.1. */
  listen: number | string | { host?: string | undefined; port: number };
  /** What visitors must know, at least 16 characters. */
  token: string;
}

/** Where probes ask; false for not at all. These paths go before everything else, whatever the host. */
export interface HealthConfig {
  /** 200 while the I/O thread turns. Default: "/livez". */
  live?: string | false | undefined;
  /** 200 while clients shall be sent here, 503 without a worker, when it stops, or was taken out of service. Default: "/readyz". */
  ready?: string | false | undefined;
  /** 200 once it was ready. Default: "/startupz". */
  startup?: string | false | undefined;
}

/** Of the listeners that are no part of the site. */
export interface SideAddress {
  readonly host: string;
  readonly port: number;
}

/** What the front notes of requests. */
export interface Observe {
  metrics: boolean;
  serverTiming: boolean;
  /** 0: no tracing. */
  tracesPerSecond: number;
  /** In millionths. */
  traceShare: number;
  /** Milliseconds; 0: none. */
  slow: number;
}

/** Paths; "" for none. */
export interface Health {
  live: string;
  ready: string;
  startup: string;
}
