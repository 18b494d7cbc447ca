/** The part of the schema that says who may ask how often for what, and what every answer says: limits, access, security. */
import * as v from 'valibot';
import { native } from '../../native/load.ts';
import type { AccessRule, GateRules, HeadRules, RateRule, Scope } from '../types/rules.ts';
import { parseHeaders, parseMethods, parseRequiredFields } from '../values/fields.ts';
import { parseRate, parseRuleName } from '../values/rules.ts';
import { CLIENT_SHOWN, type Clients, type ClientShown } from '../types/clients.ts';
import { count, duration, flag, isPlainObject, list, oneOf, optional, type Schema, section, size, value, withDefault } from './parts.ts';
import { parsePrefix } from '../values/static.ts';
import { show } from '../values/show.ts';
import type { Limits } from '../types.ts';
import { parseHostPattern, parseNetwork } from '../values/addresses.ts';

/** The keys of a rule that say which requests it is for. */
export const scope = {
  prefix: withDefault(
    value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/api/".', parsePrefix),
    '/',
  ),
  host: withDefault(
    value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', (input) => (input === '' ? '' : parseHostPattern(input))),
    '',
  ),
  methods: withDefault(
    value('a list of methods such as "GET" and "POST"', 'Write for example ["POST", "PUT"].', (input) => (input === null ? [] : parseMethods(input))),
    null,
  ),
};

/** A text with variables, as native/variables compiles it. */
export const template: Schema<string> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string>(({ dataset, addIssue, NEVER }) => {
    const { value: text } = dataset;
    const problem = typeof text === 'string' && text !== '' ? native().templateProblem(text) : 'no text';
    if (problem === '') return text as string;
    addIssue({ message: `got ${show(text)}, expected a text with variables: ${problem}. Write for example "$remote_addr" or "$http_x_api_key".` });
    return NEVER;
  }),
);

const RATE_EXAMPLE = '{ name: "login", prefix: "/login/", methods: ["POST"], rate: "10/m" }';

/** A connection that waits is a connection that somebody pays for. */
const LONGEST_DELAY_NS = 60e9;

interface WrittenRate extends Scope {
  name: string;
  key: string;
  rate: { count: number; intervalNs: number };
  burst: number | undefined;
  delay: boolean;
  dryRun: boolean;
}

const rate = v.pipe(
  section<WrittenRate>('rate', RATE_EXAMPLE, () => ({
    ...scope,
    name: value('a name of small letters, digits and "_-.*"', 'Write for example "login".', parseRuleName),
    key: withDefault(template, '$remote_net'),
    rate: value('a number and a time such as "10/s", "300/m", "1000/h" or "5000/d"', 'Numbers go from 1 to 1000000.', parseRate),
    burst: optional(count(0, 1_000_000, 20)),
    delay: withDefault(flag(), false),
    dryRun: withDefault(flag(), false),
  })),
  v.transform(({ rate: { count: allowed, intervalNs }, burst, ...rule }): RateRule => ({ ...rule, intervalNs, burst: burst ?? allowed - 1 })),
  v.check(
    ({ delay, burst, intervalNs }) => !delay || burst * intervalNs <= LONGEST_DELAY_NS,
    'holds requests back for more than 60s. Lower burst, or raise rate.',
  ),
) as Schema<RateRule>;

const rates = v.pipe(
  list(`rate: [${RATE_EXAMPLE}]`, rate),
  v.check((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'has two limits of one name. Give each its own.'),
) as Schema<RateRule[]>;

const concurrency = section<Scope & { max: number; dryRun: boolean }>('concurrency', '{ prefix: "/reports/", max: 4 }', () => ({
  ...scope,
  max: count(1, 1_000_000, 4),
  dryRun: withDefault(flag(), false),
}));

const bodyLimit = section<Scope & { max: number }>('bodies', '{ prefix: "/upload/", max: "100mb" }', () => ({
  ...scope,
  max: size(0, 4_294_967_295, '100mb'),
}));

export type CheckedLimits = Limits & Pick<GateRules, 'connectionsPerAddress' | 'connectionRate' | 'uncounted' | 'rateKeys'> & {
  rate: RateRule[];
  concurrency: (Scope & { max: number; dryRun: boolean })[];
  bodies: (Scope & { max: number })[];
};

const connectionRate: Schema<GateRules['connectionRate']> = value('a number and a time such as "20/s" or "300/m"', 'Numbers go from 1 to 1000000.', (input) => {
  const written = parseRate(input);
  return written === undefined ? undefined : { intervalNs: written.intervalNs, burst: written.count - 1 };
});

const network = value('an IP address, a network in CIDR form, or "unix"', 'Write for example "10.0.0.0/8" or "::1".', parseNetwork);

/** Those keys of `limits` that are rules for some requests. */
export const limitRules = () => ({
  connectionsPerAddress: count(0, 1_000_000, 100),
  connectionRate,
  uncounted: list('uncounted: ["10.0.0.0/8"]', network),
  rate: rates,
  rateKeys: count(512, 67_108_864, 65_536),
  concurrency: list('concurrency: [{ prefix: "/reports/", max: 4 }]', concurrency),
  bodies: list('bodies: [{ prefix: "/upload/", max: "100mb" }]', bodyLimit),
});

const networks = list('allow: ["10.0.0.0/8", "::1"]', network);
const denied = v.lazy((input): Schema<string[] | 'all'> => (input === 'all' ? (v.literal('all') as Schema<'all'>) : (networks as Schema<string[]>))) as Schema<string[] | 'all'>;

interface WrittenAccess extends Scope {
  deny: string[] | 'all';
  allow: string[] | undefined;
  only: string[];
  fields: { name: string; value: string }[];
}

const ACCESS_EXAMPLE = '{ prefix: "/admin/", allow: ["10.0.0.0/8"] }';

const accessRule = v.pipe(
  section<WrittenAccess>('access', ACCESS_EXAMPLE, () => ({
    ...scope,
    deny: withDefault(denied, []),
    allow: optional(v.pipe(networks, v.check((items) => items.length > 0, 'is an empty list. Write deny: "all" to let nobody pass.')) as Schema<string[]>),
    only: withDefault(value('a list of methods such as "GET" and "POST"', 'Write for example ["GET"].', (input) => (input === null ? [] : parseMethods(input))), null),
    fields: withDefault(
      value('an object of field names with a text or true', 'Write for example { "X-Api-Key": "secret" }.', (input) => (input === null ? [] : parseRequiredFields(input))),
      null,
    ),
  })),
  v.check(
    ({ deny, allow, only, fields }) => deny.length + only.length + fields.length > 0 || allow !== undefined,
    `forbids nothing. Add deny, allow, only or fields, for example ${ACCESS_EXAMPLE}.`,
  ),
  v.transform(({ deny, allow, ...rule }): AccessRule => ({ ...rule, denyAll: deny === 'all', deny: deny === 'all' ? [] : deny, allow: allow ?? [] })),
) as Schema<AccessRule>;

/** Input: AccessConfig[]. */
export const access = list(`access: [${ACCESS_EXAMPLE}]`, accessRule);

/** As securityHeaders() of the pipeline sends them. */
const SECURITY_FIELDS: Record<string, string> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};
/** The front says it for files by itself, in the same words. */
const NOSNIFF = 'x-content-type-options';

const securityHeaders: Schema<string[]> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string[]>(({ dataset, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    const { value: written } = dataset;
    if (written === false) return [];
    if (written !== true && !isPlainObject(written)) return refuse(`got ${show(written)}, expected true, false or an object. Write for example { "X-Frame-Options": "SAMEORIGIN" }.`);
    const fields = new Map(Object.entries(SECURITY_FIELDS).map(([name, text]) => [name.toLowerCase(), [name, text] as [string, unknown]]));
    for (const [name, text] of Object.entries(written === true ? {} : written)) fields.set(name.toLowerCase(), [name, text]);
    const kept = [...fields.values()].filter(([, text]) => text !== false);
    const checked = parseHeaders(Object.fromEntries(kept.filter(([name]) => name.toLowerCase() !== NOSNIFF)));
    if (!('lines' in checked)) return refuse(`the field ${show(checked.name)} ${checked.problem}`);
    const nosniff = kept.filter(([name]) => name.toLowerCase() === NOSNIFF).map(() => 'X-Content-Type-Options: nosniff\r\n');
    return [...nosniff, ...checked.lines.split(/(?<=\r\n)/)].filter((line) => line !== '');
  }),
);

export interface CheckedSecurity {
  head: HeadRules;
  clients: Clients;
}

/** Input: SecurityConfig. */
export const security = v.pipe(
  section<{ headers: string[]; identity: 'hidden' | 'shown'; client: ClientShown; clientPeriod: number }>('security', '{ headers: true, identity: "hidden" }', () => ({
    headers: withDefault(securityHeaders, false),
    identity: withDefault(oneOf(['shown', 'hidden']), 'shown'),
    client: withDefault(oneOf(CLIENT_SHOWN), 'full'),
    clientPeriod: withDefault(duration(60_000, '24h'), 86_400_000),
  })),
  v.transform(({ headers, identity, client, clientPeriod }): CheckedSecurity => ({
    head: { lines: headers, hidesIdentity: identity === 'hidden' },
    clients: { views: client, period: Math.round(clientPeriod / 1000) },
  })),
) as Schema<CheckedSecurity>;
