/** The schema of `upstreams`: single values; what needs several keys, names or files is in resolve/proxy.ts. */
import * as v from 'valibot';
import type { UpstreamCheck, UpstreamResolve } from '../types/checks.ts';
import type { BalanceMethod, UpstreamHealth, UpstreamRetries, UpstreamTimeouts } from '../types/proxy.ts';
import { parseFieldName } from '../values/fields.ts';
import { parseServerUrl, parseUpstreamName, type ServerAddress } from '../values/proxy.ts';
import { check, resolve } from './checks.ts';
import { template } from './rules.ts';
import { count, duration, flag, isPlainObject, list, oneOf, optional, type Schema, section, text, value, withDefault } from './parts.ts';
import { parseServerName } from '../values/addresses.ts';

export interface CheckedUpstream {
  servers: CheckedServer[];
  balance: BalanceMethod;
  hash: string | undefined;
  sticky: string | undefined;
  queue: number;
  health: UpstreamHealth;
  check: UpstreamCheck | undefined;
  resolve: UpstreamResolve;
  retries: UpstreamRetries;
  keepAlive: number;
  proxyProtocol: 1 | 2 | undefined;
  timeouts: UpstreamTimeouts;
  tls: CheckedUpstreamTls;
}

export interface CheckedServer {
  url: { label: string; address: ServerAddress };
  weight: number;
  backup: boolean;
  down: boolean;
  maxConnections: number;
  slowStart: number;
}

export interface CheckedUpstreamTls {
  ca: string | undefined;
  cert: string | undefined;
  key: string | undefined;
  serverName: string | undefined;
  verify: boolean;
}

export const SERVER_FORMS = '"http://host:port", "https://host", "http://_http._tcp.domain", "http+unix:/path", "uwsgi://host:port", "uwsgi+unix:/path"';

const serverUrl = value(`the address of a server: ${SERVER_FORMS}`, 'Write for example "http://127.0.0.1:9000"; a path has no place in it.', (input): CheckedServer['url'] | undefined => {
  const address = parseServerUrl(input);
  return address === undefined ? undefined : { label: input as string, address };
});

const weight = count(1, 1000, 2);
const maxConnections = count(0, 1_000_000, 100);
const slowStart = duration(0, '30s');

const serverObject = section<CheckedServer>('the server', '{ url: "http://127.0.0.1:9000", weight: 2 }', () => ({
  url: serverUrl,
  weight: withDefault(weight, 1),
  backup: withDefault(flag(), false),
  down: withDefault(flag(), false),
  maxConnections: withDefault(maxConnections, 0),
  slowStart: withDefault(slowStart, 0),
}));

/** What may change while a server serves; what is not named stays. */
export const serverChanges = section<{ [Key in keyof Omit<CheckedServer, 'url'>]: CheckedServer[Key] | undefined }>('the changes', '{ weight: 2 }', () => ({
  weight: optional(weight),
  backup: optional(flag()),
  down: optional(flag()),
  maxConnections: optional(maxConnections),
  slowStart: optional(slowStart),
}));

const bareServer = v.pipe(
  serverUrl,
  v.transform((url): CheckedServer => ({ url, weight: 1, backup: false, down: false, maxConnections: 0, slowStart: 0 })),
) as Schema<CheckedServer>;

export const server: Schema<CheckedServer> = v.lazy((input) => (isPlainObject(input) ? serverObject : bareServer)) as Schema<CheckedServer>;

const status = count(400, 599, 503);

const health = section<UpstreamHealth>('health', '{ failures: 3, spare: "10s" }', () => ({
  failures: withDefault(count(0, 1_000_000, 3), 3),
  window: withDefault(duration(1, '10s'), 10_000),
  spare: withDefault(duration(1, '10s'), 10_000),
  maxSpare: withDefault(duration(1, '60s'), 60_000),
  slow: withDefault(duration(0, '5s'), 0),
  statuses: withDefault(list('statuses: [502, 503]', status), []),
}));

const retries = section<UpstreamRetries>('retries', '{ tries: 2 }', () => ({
  tries: withDefault(count(1, 100, 2), 2),
  budget: withDefault(
    value('a number from 0 to 10', 'Write for example 0.2, one retry for five requests.', (input) => (typeof input === 'number' && input >= 0 && input <= 10 ? input : undefined)),
    0.2,
  ),
  floor: withDefault(count(0, 1_000_000, 10), 10),
}));

const timeouts = section<UpstreamTimeouts>('timeouts', '{ connect: "5s" }', () => ({
  connect: withDefault(duration(0, '5s'), 5000),
  firstByte: withDefault(duration(0, '60s'), 60_000),
  idle: withDefault(duration(0, '60s'), 60_000),
  send: withDefault(duration(0, '30s'), 30_000),
  total: withDefault(duration(0, '2m'), 0),
  tunnel: withDefault(duration(0, '1h'), 3_600_000),
  keepAlive: withDefault(duration(0, '4s'), 4000),
  queue: withDefault(duration(0, '10s'), 10_000),
}));

const pemFile = text('the path of a PEM file', '"backend-ca.pem"');

const tls = section<CheckedUpstreamTls>('tls', '{ ca: "backend-ca.pem" }', () => ({
  ca: optional(pemFile),
  cert: optional(pemFile),
  key: optional(pemFile),
  serverName: optional(value('a host name such as "backend.example.org"', 'Write international names in their "xn--" form.', parseServerName)),
  verify: withDefault(flag(), true),
}));

const proxyVersion = value('a version of the PROXY protocol, 1 or 2', 'Write 2, or leave it out for connections without a header.', (input): 1 | 2 | undefined =>
  input === 1 || input === 2 ? input : undefined,
);

const METHODS: readonly BalanceMethod[] = ['roundRobin', 'leastConnections', 'randomTwo', 'latency', 'hash'];

/** A name that a variable may have as well ($cookie_...). */
const cookieName = value('the name of a cookie: letters, digits and "_"', 'Write for example "route".', (input) =>
  typeof input === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(input) && parseFieldName(input) !== undefined ? input : undefined,
);

const UPSTREAM_EXAMPLE = '{ servers: ["http://127.0.0.1:9000"] }';

export const upstream = section<CheckedUpstream>('the upstream', UPSTREAM_EXAMPLE, () => ({
  servers: v.pipe(
    list('servers: ["http://127.0.0.1:9000"]', server),
    v.check((items) => items.length > 0, 'is an empty list. Name at least one server, for example ["http://127.0.0.1:9000"].'),
  ) as Schema<CheckedServer[]>,
  balance: withDefault(oneOf(METHODS), 'roundRobin'),
  hash: optional(template),
  sticky: optional(cookieName),
  queue: withDefault(count(0, 1_000_000, 1000), 0),
  health: withDefault(health, {}),
  check: optional(check),
  resolve: withDefault(resolve, {}),
  retries: withDefault(retries, {}),
  keepAlive: withDefault(count(0, 100_000, 256), 256),
  proxyProtocol: optional(proxyVersion),
  timeouts: withDefault(timeouts, {}),
  tls: withDefault(tls, {}),
}));

const upstreamName = value('a name of letters, digits, ".", "_" and "-"', 'Rename the upstream, for example "backend".', parseUpstreamName) as v.GenericSchema<string, string>;

const notAnObject = value('an object', `Write upstreams as { backend: ${UPSTREAM_EXAMPLE} }.`, () => undefined);

export const upstreams: Schema<Record<string, CheckedUpstream>> = v.lazy((input) =>
  isPlainObject(input) ? v.record(upstreamName, upstream) : notAnObject,
) as Schema<Record<string, CheckedUpstream>>;
