/** The schema of `upstreams.<name>.check` and `.resolve`. */
import { isIP } from 'node:net';
import * as v from 'valibot';
import type { UpstreamCheck, UpstreamResolve } from '../types/checks.ts';
import { parseHostPolicy } from '../values/proxy.ts';
import { count, duration, flag, list, oneOf, optional, type Schema, section, text, value, withDefault } from './parts.ts';
import { show } from '../values/show.ts';

/** Bytes that a request-target may have as they are (RFC 3986 3.3, 3.4). */
const TARGET = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/%?]*$/;

interface CheckedCheck extends Omit<UpstreamCheck, 'target' | 'path' | 'statuses' | 'host' | 'body' | 'port'> {
  path: string;
  host: string | undefined;
  status: { from: number; to: number }[];
  body: string | undefined;
  port: number | undefined;
}

const path = value('a path that begins with "/"', 'Write for example "/healthz".', (input) =>
  typeof input === 'string' && TARGET.test(input) && pathOf(input) !== undefined ? input : undefined,
);

const status = value('a status from 200 to 599, or a class such as "2xx"', 'Write for example 200 or "2xx".', (input) => {
  if (typeof input === 'string' && /^[2-5]xx$/.test(input)) return { from: Number(input[0]) * 100, to: Number(input[0]) * 100 + 99 };
  return typeof input === 'number' && Number.isInteger(input) && input >= 200 && input <= 599 ? { from: input, to: input } : undefined;
});

const jitter = value('a number from 0 to 1', 'Write for example 0.1.', (input) => (typeof input === 'number' && input >= 0 && input <= 1 ? input : undefined));

export const check: Schema<UpstreamCheck> = v.pipe(
  section<CheckedCheck>('check', '{ path: "/healthz" }', () => ({
    path: withDefault(path, '/'),
    method: withDefault(oneOf(['GET', 'HEAD', 'OPTIONS']), 'GET'),
    host: optional(value('a host with or without port', 'Write for example "www.example.com".', parseHostPolicy)),
    tcp: withDefault(flag(), false),
    interval: withDefault(duration(10, '5s'), 5000),
    jitter: withDefault(jitter, 0.1),
    timeout: withDefault(duration(10, '2s'), 2000),
    rise: withDefault(count(1, 1000, 2), 2),
    fall: withDefault(count(1, 1000, 3), 3),
    status: withDefault(list('status: ["2xx", "3xx"]', status), ['2xx', '3xx']),
    body: optional(text('text that has to be in the content', '"ok"')),
    port: optional(count(1, 65_535, 8081)),
  })),
  v.check(({ method, body }) => body === undefined || method === 'GET', (issue) => `has a body to look for, but ${show(issue.input.method)} gets none. Write method: "GET", or remove body.`),
  v.check(({ status: statuses }) => statuses.length > 0, 'has an empty list of statuses, which no answer passes. Name one, or remove status.'),
  v.transform(({ path: target, status: statuses, host = '', body = '', port = 0, ...rest }): UpstreamCheck => ({ ...rest, target, path: pathOf(target) ?? '/', statuses, host, body, port })),
) as Schema<UpstreamCheck>;

/** Decoded, without the query; undefined when it cannot be. */
function pathOf(target: string): string | undefined {
  try {
    return decodeURIComponent(target.split('?', 1)[0] ?? '');
  } catch {
    return undefined;
  }
}

const dnsServer = value('the IP address of a DNS server, with or without port', 'Write for example "10.0.0.2" or "[fd00::2]:5353".', (input) => {
  if (typeof input !== 'string') return undefined;
  const [, bracketed, plain = '', port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(input) ?? [];
  const isAddress = bracketed === undefined ? isIP(plain) === 4 || isIP(input) === 6 : isIP(bracketed) === 6;
  return isAddress && Number(port ?? 53) <= 65_535 ? input : undefined;
});

export const resolve: Schema<UpstreamResolve> = v.pipe(
  section<UpstreamResolve>('resolve', '{ max: "1m" }', () => ({
    servers: withDefault(list('servers: ["10.0.0.2"]', dnsServer), []),
    min: withDefault(duration(10, '1s'), 1000),
    max: withDefault(duration(10, '5m'), 300_000),
  })),
  v.check(({ min, max }) => min <= max, 'has a min above its max. Make max the larger one.'),
) as Schema<UpstreamResolve>;
