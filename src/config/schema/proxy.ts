/** The schema of `proxy`: single values; what needs several keys or files is in resolve/proxy.ts. */
import * as v from 'valibot';
import { parseFieldName, parseHeaders, parseMethod, parseProtocol } from '../values/fields.ts';
import { parseHostPolicy, parseUpstreamReference } from '../values/proxy.ts';
import { CLIENT_SHOWN, type ClientShown, FORWARDED_FORMS, type ForwardedForm } from '../types/clients.ts';
import type { ProxyCache } from '../types/proxy-cache.ts';
import { flag, isPlainObject, list, oneOf, optional, type Schema, section, value, withDefault } from './parts.ts';
import { proxyCache } from './proxy-cache.ts';
import { SERVER_FORMS } from './upstreams.ts';
import { parsePrefix } from '../values/static.ts';
import { show } from '../values/show.ts';
import { parseHostPattern } from '../values/addresses.ts';

export interface CheckedProxy {
  prefix: string;
  host: string | undefined;
  upstream: string;
  stripPrefix: boolean;
  buffer: boolean;
  requestBuffer: boolean;
  hide: string[];
  pass: string[] | undefined;
  setFields: { lines: string; names: string[] };
  sendHost: string;
  forwarded: ForwardedForm;
  client: ClientShown;
  via: boolean;
  rewrite: boolean;
  methods: string[] | undefined;
  upgrade: string[];
  cache: ProxyCache | null;
}

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

const fieldName = value('the name of a field', 'Write for example "X-Cluster".', parseFieldName);

export const PROXY_EXAMPLE = '{ prefix: "/api/", upstream: "http://127.0.0.1:9000" }';

export const proxyRule = section<CheckedProxy>('proxy', PROXY_EXAMPLE, () => ({
  prefix: value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/api/".', parsePrefix),
  host: optional(value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', parseHostPattern)),
  upstream: value(`a name of upstreams, or ${SERVER_FORMS}`, 'Write for example "backend" or "http://127.0.0.1:9000".', parseUpstreamReference),
  stripPrefix: withDefault(flag(), false),
  buffer: withDefault(flag(), true),
  requestBuffer: withDefault(flag(), true),
  hide: withDefault(list('hide: ["X-Cluster"]', fieldName), []),
  pass: optional(list('pass: ["X-Total-Count"]', fieldName)),
  setFields: withDefault(setFields, {}),
  sendHost: withDefault(value('"client", "upstream", or a host with or without port', 'Write for example "upstream".', parseHostPolicy), 'client'),
  forwarded: withDefault(oneOf(FORWARDED_FORMS), 'both'),
  client: withDefault(oneOf(CLIENT_SHOWN), 'full'),
  via: withDefault(flag(), true),
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
  cache: withDefault(proxyCache, false),
}));
