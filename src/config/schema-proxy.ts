/** The schema of `proxy` and `upstreams`: single values; what needs several keys or files is in resolve-proxy.ts. */
import * as v from 'valibot';
import {
  parseFieldName,
  parseHostPolicy,
  parseMethod,
  parseProtocol,
  parseServerUrl,
  parseUpstreamName,
  parseUpstreamReference,
  type ServerAddress,
} from './proxy-values.ts';
import type { UpstreamTimeouts } from './proxy-types.ts';
import { count, duration, flag, isPlainObject, list, optional, type Schema, section, text, value, withDefault } from './schema-parts.ts';
import { parseHeaders, parsePrefix } from './static-values.ts';
import { show } from './text.ts';
import { parseHostPattern, parseServerName } from './values.ts';

export interface CheckedProxy {
  prefix: string;
  host: string | undefined;
  upstream: string;
  stripPrefix: boolean;
  buffer: boolean;
  requestBuffer: boolean;
  hide: string[];
  setFields: { lines: string; names: string[] };
  sendHost: string;
  rewrite: boolean;
  methods: string[] | undefined;
  upgrade: string[];
}

export interface CheckedUpstream {
  servers: CheckedServer[];
  keepAlive: number;
  tries: number;
  timeouts: UpstreamTimeouts;
  tls: CheckedUpstreamTls;
}

export interface CheckedServer {
  label: string;
  address: ServerAddress;
}

export interface CheckedUpstreamTls {
  ca: string | undefined;
  cert: string | undefined;
  key: string | undefined;
  serverName: string | undefined;
  verify: boolean;
}

const SERVER_FORMS = '"http://host:port", "https://host", "http+unix:/path"';

const server = value(`the address of a server: ${SERVER_FORMS}`, 'Write for example "http://127.0.0.1:9000"; a path has no place in it.', (input): CheckedServer | undefined => {
  const address = parseServerUrl(input);
  return address === undefined || address.protocol !== 'http' ? undefined : { label: input as string, address };
});

const timeouts = section<UpstreamTimeouts>('timeouts', '{ connect: "5s" }', {
  connect: withDefault(duration(0, '5s'), 5000),
  firstByte: withDefault(duration(0, '60s'), 60_000),
  idle: withDefault(duration(0, '60s'), 60_000),
  send: withDefault(duration(0, '30s'), 30_000),
  total: withDefault(duration(0, '2m'), 0),
  tunnel: withDefault(duration(0, '1h'), 3_600_000),
  keepAlive: withDefault(duration(0, '4s'), 4000),
});

const pemFile = text('the path of a PEM file', '"backend-ca.pem"');

const tls = section<CheckedUpstreamTls>('tls', '{ ca: "backend-ca.pem" }', {
  ca: optional(pemFile),
  cert: optional(pemFile),
  key: optional(pemFile),
  serverName: optional(value('a host name such as "backend.example.org"', 'Write international names in their "xn--" form.', parseServerName)),
  verify: withDefault(flag(), true),
});

export const UPSTREAM_EXAMPLE = '{ servers: ["http://127.0.0.1:9000"] }';

const upstream = section<CheckedUpstream>('the upstream', UPSTREAM_EXAMPLE, {
  servers: v.pipe(
    list('servers: ["http://127.0.0.1:9000"]', server),
    v.check((items) => items.length > 0, 'is an empty list. Name at least one server, for example ["http://127.0.0.1:9000"].'),
  ) as Schema<CheckedServer[]>,
  keepAlive: withDefault(count(0, 100_000, 64), 64),
  tries: withDefault(count(1, 100, 2), 2),
  timeouts: withDefault(timeouts, {}),
  tls: withDefault(tls, {}),
});

const upstreamName = v.pipe(
  v.string(),
  v.check(
    (name) => parseUpstreamName(name) !== undefined,
    (issue) => `the name ${show(issue.input)} is none: expected letters, digits, ".", "_" and "-". Rename the upstream, for example "backend".`,
  ),
);

const notAnObject = value('an object', `Write upstreams as { backend: ${UPSTREAM_EXAMPLE} }.`, () => undefined);

export const upstreams: Schema<Record<string, CheckedUpstream>> = v.lazy((input) =>
  isPlainObject(input) ? v.record(upstreamName, upstream) : notAnObject,
) as Schema<Record<string, CheckedUpstream>>;

/** Names and values of fields; the message names the one that is wrong. */
const setFields: Schema<CheckedProxy['setFields']> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, CheckedProxy['setFields']>(({ dataset, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    if (!isPlainObject(dataset.value)) return refuse(`got ${show(dataset.value)}, expected an object. Write setFields as { "X-Site": "main" }.`);
    const names = Object.keys(dataset.value).map((name) => name.toLowerCase());
    if (names.includes('host')) return refuse('the field "Host" cannot be set here. Use sendHost.');
    const result = parseHeaders(dataset.value);
    return 'lines' in result ? { lines: result.lines, names } : refuse(`the field ${show(result.name)} ${result.problem}`);
  }),
);

const method = value('a method: "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"', 'Write it in capitals.', parseMethod);

export const PROXY_EXAMPLE = '{ prefix: "/api/", upstream: "http://127.0.0.1:9000" }';

export const proxyRule = section<CheckedProxy>('proxy', PROXY_EXAMPLE, {
  prefix: value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/api/".', parsePrefix),
  host: optional(value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', parseHostPattern)),
  upstream: value(`a name of upstreams, or ${SERVER_FORMS}`, 'Write for example "backend" or "http://127.0.0.1:9000".', parseUpstreamReference),
  stripPrefix: withDefault(flag(), false),
  buffer: withDefault(flag(), true),
  requestBuffer: withDefault(flag(), true),
  hide: withDefault(list('hide: ["X-Cluster"]', value('the name of a field', 'Write for example "X-Cluster".', parseFieldName)), []),
  setFields: withDefault(setFields, {}),
  sendHost: withDefault(value('"client", "upstream", or a host with or without port', 'Write for example "upstream".', parseHostPolicy), 'client'),
  rewrite: withDefault(flag(), true),
  methods: optional(
    v.pipe(
      list('methods: ["GET", "HEAD"]', method),
      v.check((items) => items.length > 0, 'is an empty list, which no request fits. Name a method, or remove the key.'),
    ) as Schema<string[]>,
  ),
  upgrade: withDefault(
    list('upgrade: ["websocket"]', value('the name of a protocol other than "h2c"', 'Write for example "websocket".', parseProtocol)),
    ['websocket'],
  ),
});
