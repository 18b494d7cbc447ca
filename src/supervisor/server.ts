/** What users of the library hold: a running server. running-server.ts is behind it. */
import type { Config, Duration } from '../config/types.ts';
import type { ResponseCache } from '../gateway/purge.ts';
import type { ServerStats } from '../gateway/server-stats.ts';
import type { NativeAddress } from '../native/binding.ts';
import type { Reload } from './reload/outcome.ts';
import type { UpstreamControl } from './upstreams/control.ts';

/** A running server. */
export interface FastServer {
  /** Of the first address: "http://127.0.0.1:8080", "https://127.0.0.1:8443", or "unix:/run/site.sock". */
  readonly url: string;
  /** Of the listeners of `admin` and `metrics`, null without. */
  readonly adminUrl: string | null;
  readonly metricsUrl: string | null;
  /** What is really bound: ports are never 0 here. */
  readonly addresses: readonly NativeAddress[];
  /**
   * Is not ready any more and answers with Connection: close for the time of `lameDuck` (default: shutdown.lameDuck); then stops
   * accepting, lets requests in flight end for at most `grace` (default: shutdown.grace), ends the workers.
   * Resolves when no thread, handle or socket is left, with what became of the requests that were under way when it stopped accepting, or came
   * later on open connections. Further calls wait for the same end; with a `grace` they hurry it.
   */
  close(options?: CloseOptions): Promise<Closed>;
  /**
   * Loads the application's code again, and what `fastserve build` made since, while the old code serves; then requests go to
   * the new one, and the old one finishes what it has begun. With a configuration, that changes at the same moment: addresses,
   * static directories, hosts, limits and times; no connection is touched. Rejects with the reason when something of it cannot
   * be used, and everything stays as it was. Calls while a reload runs share the one that follows, with the last
   * configuration that was given.
   * FastServeError FS_BUNDLE, FS_APP, FS_CONFIG, FS_LISTEN; FS_RELOAD when there is nothing to reload (an inline application
   * without a new configuration), or when the server is closing.
   */
  reload(config?: Config): Promise<Reload>;
  /** Counters since the start. */
  stats(): ServerStats;
  /** The answers that the server has stored. */
  readonly cache: ResponseCache;
  /** The servers of an upstream, to see and to change; an upstream of `proxy` that is written as an address has that as its name. ConfigError when there is none. */
  upstream(name: string): UpstreamControl;
  /** The names of all upstreams. */
  readonly upstreams: readonly string[];
  /** Opens the file of the access log again, after it was moved away. No line is lost: those before are in the old file. */
  reopenLog(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of requests, when a server closes. */
export interface Closed {
  /** Ended within the grace. */
  readonly drained: number;
  /** Had not ended when it was over. */
  readonly cut: number;
}

/** How long a close may take: milliseconds, or text such as "10s". */
export interface CloseOptions {
  readonly grace?: Duration;
  readonly lameDuck?: Duration;
}
