/** From the options of createServer() to the configuration of a server. Main thread. */
import type { Config } from '../config/types.ts';

/** Names of node:http, in milliseconds and bytes, and the keys of fastserve's configuration that need no start. */
export interface ServerOptions extends Pick<Config, 'ioThreads' | 'hosts' | 'trustProxy' | 'limits' | 'timeouts' | 'log'> {
  /** Idle time between two requests: timeouts.keepAlive. */
  keepAliveTimeout?: number | undefined;
  /** For the head of a request: timeouts.header. */
  headersTimeout?: number | undefined;
  /** For a request's content to arrive: timeouts.bodyTotal. */
  requestTimeout?: number | undefined;
  /** Largest head in bytes: limits.head. */
  maxHeaderSize?: number | undefined;
}

/** The largest that the front can count: node:http has no limit of its own, frameworks bring theirs. */
const ANY_BODY = 4_294_967_295;

/**
 * node:http limits neither content nor the time of an answer, so without a word about them neither does this server.
 * Names that it does not know are left in, for the check of the configuration to refuse them.
 */
export function configOf({ keepAliveTimeout, headersTimeout, requestTimeout, maxHeaderSize, ...config }: ServerOptions): Config {
  const timeouts = { request: 0, ...named('keepAlive', keepAliveTimeout), ...named('header', headersTimeout), ...named('bodyTotal', requestTimeout) };
  return {
    ...config,
    limits: { body: ANY_BODY, ...named('head', maxHeaderSize), ...config.limits },
    timeouts: { ...timeouts, ...config.timeouts },
  };
}

function named(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}
