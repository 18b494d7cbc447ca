/** The part of the schema that makes a server observable: health answers, metrics, traces, the admin page. */
import * as v from 'valibot';
import { count, duration, flag, isPlainObject, type Schema, section, value, withDefault } from './parts.ts';
import { parseHost, parsePort } from '../values/addresses.ts';
import type { Health, SideAddress } from '../types.ts';

const HEALTH_EXAMPLE = '{ live: "/livez", ready: "/readyz", startup: "/startupz" }';
const DEFAULT_PATHS: Health = { live: '/livez', ready: '/readyz', startup: '/startupz' };
const PLAIN_PATH = /^\/[!$&'()*+,\-./0-9:;=@A-Z_a-z~]*$/;

function probePath(): Schema<string> {
  return value('a path such as "/livez", or false', 'Write it without a query and percent signs.', (input) => {
    if (input === false) return '';
    return typeof input === 'string' && PLAIN_PATH.test(input) ? input : undefined;
  });
}

const healthObject = section<Health>('health', HEALTH_EXAMPLE, () => ({
  live: withDefault(probePath(), DEFAULT_PATHS.live),
  ready: withDefault(probePath(), DEFAULT_PATHS.ready),
  startup: withDefault(probePath(), DEFAULT_PATHS.startup),
}));

const healthFlag = value('true, false or an object', `Write true, or for example ${HEALTH_EXAMPLE}.`, (input): Health | null | undefined => {
  if (input === false) return null;
  return input === true ? DEFAULT_PATHS : undefined;
});

/** Input: HealthConfig or a flag. null: switched off. */
export const health = v.lazy((input): Schema<Health | null> => (isPlainObject(input) ? (healthObject as Schema<Health | null>) : healthFlag)) as Schema<Health | null>;

const SIDE_HOST = '127.0.0.1';

const sideAddress: Schema<SideAddress> = value('a port, "host:port" or { host, port }', 'Write for example 9090 or "127.0.0.1:9090".', (input) => {
  if (typeof input === 'number' || typeof input === 'string') return sideAddressFrom(String(input));
  if (!isPlainObject(input) || Object.keys(input).some((key) => key !== 'host' && key !== 'port')) return undefined;
  const host = input['host'] === undefined ? SIDE_HOST : parseHost(input['host']);
  const port = typeof input['port'] === 'number' ? parsePort(input['port']) : undefined;
  return host === undefined || port === undefined ? undefined : { host, port };
});

function sideAddressFrom(text: string): SideAddress | undefined {
  const colon = text.lastIndexOf(':');
  const host = colon <= 0 ? SIDE_HOST : parseHost(text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'));
  const port = /^\d+$/.test(text.slice(colon + 1)) ? parsePort(Number(text.slice(colon + 1))) : undefined;
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** Input: MetricsConfig. */
export const metrics = section<{ listen: SideAddress }>('metrics', '{ listen: 9090 }', () => ({ listen: sideAddress }));

const MIN_TOKEN_CHARACTERS = 16;

/** Input: AdminConfig. */
export const admin = section<{ listen: SideAddress; token: string }>('admin', '{ listen: 9191, token: process.env.ADMIN_TOKEN }', () => ({
  listen: sideAddress,
  // The value is a secret: the message must not show it.
  token: v.pipe(
    v.unknown(),
    v.check(
      (input) => typeof input === 'string' && input.length >= MIN_TOKEN_CHARACTERS && /^[\x21-\x7e]+$/.test(input),
      `is no text of at least ${MIN_TOKEN_CHARACTERS} visible ASCII characters. Take a random one, for example from \`openssl rand -hex 16\`.`,
    ),
  ) as Schema<string>,
}));

/** Checked TraceConfig. */
export interface Trace {
  sample: number;
  perSecond: number;
  slow: number;
  serverTiming: boolean;
}

const traceObject = section<Trace>('trace', '{ sample: 0.1, perSecond: 20 }', () => ({
  sample: withDefault(
    value('a number from 0 to 1', 'Write for example 0.1 for a tenth of the requests.', (input) =>
      typeof input === 'number' && input >= 0 && input <= 1 ? input : undefined,
    ),
    1,
  ),
  perSecond: withDefault(count(1, 100_000, 20), 20),
  slow: withDefault(duration(0, '500ms'), 500),
  serverTiming: withDefault(flag(), false),
}));

const traceFlag = value('true, false or an object', 'Write true, or for example { sample: 0.1 }.', (input): Trace | null | undefined => {
  if (input === false) return null;
  return input === true ? v.parse(traceObject, {}) : undefined;
});

/** Input: TraceConfig or a flag. null: switched off. */
export const trace = v.lazy((input): Schema<Trace | null> => (isPlainObject(input) ? (traceObject as Schema<Trace | null>) : traceFlag)) as Schema<Trace | null>;
