/** From the options of createServer() to the configuration of a server. Main thread. */
import { inlineSettings } from '../config/resolve.ts';
import type { CheckedConfig } from '../config/schema.ts';
import type { Config, Settings } from '../config/types.ts';
import { checkConfig } from '../config/validate.ts';
import { ConfigError } from '../errors.ts';
import { suggest } from '../nearest.ts';
import type { ListenTarget } from './listen-target.ts';
import { NODE_OPTIONS, type NodeOptions, nodeOptionProblems, withoutNodeOptions } from './node-options.ts';

/** Names of node:http, in milliseconds and bytes, and the keys of fastserve's configuration that need no start. */
export interface ServerOptions extends NodeOptions, Pick<Config, 'ioThreads' | 'hosts' | 'trustProxy' | 'limits' | 'timeouts' | 'log'> {
  /** Idle time between two requests: timeouts.keepAlive. */
  keepAliveTimeout?: number | undefined;
  /** For the head of a request: timeouts.header. */
  headersTimeout?: number | undefined;
  /** For a request's content to arrive: timeouts.bodyTotal. */
  requestTimeout?: number | undefined;
  /** Largest head in bytes: limits.head. */
  maxHeaderSize?: number | undefined;
}

const KNOWN = Object.keys({
  ioThreads: true, hosts: true, trustProxy: true, limits: true, timeouts: true, log: true,
  keepAliveTimeout: true, headersTimeout: true, requestTimeout: true, maxHeaderSize: true,
} satisfies Record<Exclude<keyof ServerOptions, keyof NodeOptions>, true>);

/** Names the source of a configuration in messages. */
const SOURCE = 'createServer()';

/** The largest that the front can count: node:http has no limit of its own, frameworks bring theirs. */
const ANY_BODY = 4_294_967_295;

/** The default of limits.requestLine. */
const REQUEST_LINE = 8192;

/** The options with every default. Throws ConfigError for one that is unknown or has a wrong value. */
export function checkOptions(options: ServerOptions): CheckedConfig {
  const names = [...KNOWN, ...NODE_OPTIONS];
  const unknown = Object.keys(options).filter((name) => !names.includes(name)).map((name) => {
    const near = suggest(name, names);
    const fix = near === undefined ? `The options are ${names.join(', ')}.` : `Did you mean "${near}"?`;
    return { path: name.slice(0, 40), text: `unknown option. ${fix}` };
  });
  const problems = [...unknown, ...nodeOptionProblems(options)];
  if (problems.length > 0) throw new ConfigError(SOURCE, problems);
  return checkConfig(configOf(options), SOURCE);
}

/** node:http limits neither content nor the time of an answer, so without a word about them neither does this server. */
function configOf(options: ServerOptions, maxConnections?: number): Config {
  const { keepAliveTimeout, headersTimeout, requestTimeout, maxHeaderSize, ...others } = options;
  const config = withoutNodeOptions(others);
  const timeouts = { request: 0, ...named('keepAlive', keepAliveTimeout), ...named('header', headersTimeout), ...named('bodyTotal', requestTimeout) };
  return {
    ...config,
    limits: { body: ANY_BODY, ...headLimits(maxHeaderSize), ...config.limits, ...named('connections', maxConnections) },
    timeouts: { ...timeouts, ...config.timeouts },
  };
}

/** What a server with these options runs on at this address. Throws ConfigError as checkOptions() does. */
export function settingsOf(options: ServerOptions, maxConnections: number, address: ListenTarget['address']): Settings {
  const proxyProtocol = false;
  const listen = 'unix' in address ? { ...address, proxyProtocol } : { ...address, proxyProtocol, tls: undefined, redirect: undefined };
  return { ...inlineSettings(configOf(options, maxConnections), listen, SOURCE), asNodeHttp: true };
}

/** As on node:http a small head leaves room for a small request line. */
function headLimits(maxHeaderSize: number | undefined): Record<string, number> {
  return maxHeaderSize !== undefined && maxHeaderSize < REQUEST_LINE ? { head: maxHeaderSize, requestLine: maxHeaderSize } : named('head', maxHeaderSize);
}

function named(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}
