/** The part of the schema that says who must prove who they are: passwords and checkers. */
import * as v from 'valibot';
import type { Checker } from '../types/auth.ts';
import type { Scope } from '../types/rules.ts';
import { parseFieldName } from '../values/fields.ts';
import { parseUpstreamReference } from '../values/proxy.ts';
import { scope, template } from './rules.ts';
import { duration, flag, isPlainObject, list, optional, type Schema, section, text, value } from './parts.ts';
import { SERVER_FORMS } from './upstreams.ts';

/** One of the two is there, or neither. */
export interface CheckedAuth extends Scope {
  users: string | undefined;
  realm: string;
  checker: Checker | null;
}

interface WrittenAuth extends Scope {
  users: string | undefined;
  realm: string | undefined;
  request: { upstream: string | undefined; path: string | undefined; view: string | undefined } | undefined;
  forward: string[] | undefined;
  copy: string[] | undefined;
  user: string | undefined;
  redirect: boolean | undefined;
  cache: { time: number; key: string | undefined } | undefined;
  timeout: number | undefined;
  anyone: boolean | undefined;
}

const AUTH_EXAMPLE = '{ prefix: "/admin/", users: "users.txt" }';
const REQUEST_EXAMPLE = '{ upstream: "auth", path: "/verify" }';

/** Of a request-target (RFC 9112 3.2.1). */
const target = value('a path such as "/verify", with a query or without', 'Write it with "%" for other characters than those of URLs.', (input) =>
  typeof input === 'string' && /^\/(?!\/)[\w\-.~!$&'()*+,;=:@%/?]{0,1000}$/.test(input) ? input : undefined,
);

/** Fields that a message is framed or routed by, or that say who the client is: each has its own rules. */
const OWN_FIELDS = new Set([
  'connection', 'content-length', 'expect', 'forwarded', 'host', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade',
  'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-uri',
]);

const fieldName = value('the name of a field that neither frames a message nor tells where it comes from', 'Write for example "X-User".', (input) => {
  const name = parseFieldName(input);
  return name === undefined || OWN_FIELDS.has(name) ? undefined : name;
});

const request = v.pipe(
  section<NonNullable<WrittenAuth['request']>>('request', REQUEST_EXAMPLE, () => ({
    upstream: optional(value(`a name of upstreams, or ${SERVER_FORMS}`, 'Write for example "auth" or "http://127.0.0.1:9000".', parseUpstreamReference)),
    path: optional(target),
    view: optional(target),
  })),
  v.check(
    ({ upstream, path, view }) => (view === undefined ? upstream !== undefined && path !== undefined : upstream === undefined && path === undefined),
    `names no checker, or two. Write ${REQUEST_EXAMPLE}, or { view: "/auth/check" }.`,
  ),
) as Schema<NonNullable<WrittenAuth['request']>>;

const CACHE_EXAMPLE = '{ time: "10s", key: "$http_authorization" }';
const cacheTime = duration(0, '10s');
const cacheObject = section<{ time: number; key: string | undefined }>('cache', CACHE_EXAMPLE, () => ({ time: cacheTime, key: optional(template) }));
const cache = v.lazy((input): Schema<NonNullable<WrittenAuth['cache']>> =>
  isPlainObject(input) ? cacheObject : (v.pipe(cacheTime, v.transform((time) => ({ time, key: undefined }))) as Schema<NonNullable<WrittenAuth['cache']>>),
) as Schema<NonNullable<WrittenAuth['cache']>>;

const realm = value('a text of ASCII characters without quotation marks and backslashes', 'Write for example "restricted".', (input) =>
  typeof input === 'string' && /^[ !#-[\]-~]{1,100}$/.test(input) ? input : undefined,
);

const CHECKER_KEYS = ['forward', 'copy', 'user', 'redirect', 'cache', 'timeout'] as const;

const written = section<WrittenAuth>('auth', AUTH_EXAMPLE, () => ({
  ...scope,
  users: optional(text('the path of a file of users', '"users.txt"')),
  realm: optional(realm),
  request: optional(request),
  forward: optional(list('forward: ["Authorization"]', fieldName)),
  copy: optional(list('copy: ["X-User"]', fieldName)),
  user: optional(fieldName),
  redirect: optional(flag()),
  cache: optional(cache),
  timeout: optional(duration(1, '5s')),
  anyone: optional(value('true', 'Remove the key where somebody is to be asked.', (input) => (input === true ? true : undefined))),
}));

const rule = v.pipe(
  written,
  v.check(
    ({ users, request: checker, anyone }) => [users, checker, anyone].filter((one) => one !== undefined).length === 1,
    `needs exactly one of users, request and anyone. Write for example ${AUTH_EXAMPLE} or { prefix: "/admin/", request: ${REQUEST_EXAMPLE} }.`,
  ),
  v.check((item) => item.realm === undefined || item.users !== undefined, 'has a realm without users. Remove realm: a checker sends WWW-Authenticate itself.'),
  v.check(
    (item) => item.request !== undefined || CHECKER_KEYS.every((key) => item[key] === undefined),
    `has one of ${CHECKER_KEYS.join(', ')} without request, whose checker they are about. Add request, or remove it.`,
  ),
  v.transform(({ prefix, host, methods, users, realm: shown = 'restricted', ...item }): CheckedAuth => ({ prefix, host, methods, users, realm: shown, checker: checkerOf(item) })),
) as Schema<CheckedAuth>;

function checkerOf({ request: asked, forward, copy, user, redirect, cache: kept, timeout }: Omit<WrittenAuth, keyof Scope | 'users' | 'realm'>): Checker | null {
  if (asked === undefined) return null;
  return {
    upstream: asked.upstream ?? '',
    target: asked.path ?? asked.view ?? '',
    forward: forward ?? ['authorization', 'cookie'],
    copy: copy ?? [],
    user: user ?? '',
    redirect: redirect ?? false,
    timeout: timeout ?? 5000,
    keep: kept?.time ?? 0,
    key: kept?.key ?? '',
  };
}

/** Input: AuthConfig[]. */
export const auth = list(`auth: [${AUTH_EXAMPLE}]`, rule);
