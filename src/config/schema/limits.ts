/** The part of the schema that says how much clients may ask for, how often, and how long it may take: limits and timeouts. */
import * as v from 'valibot';
import type { GateRules, RateRule, Scope } from '../types/rules.ts';
import type { Limits, Timeouts } from '../types.ts';
import { parseRate, parseRuleName } from '../values/limits.ts';
import { LIMITS, TIMEOUTS } from './defaults.ts';
import { count, defaultedSection, duration, flag, list, optional, type Schema, section, size, value, withDefault } from './parts.ts';
import { network, scope, template } from './rules.ts';

const RATE_EXAMPLE = '{ name: "login", prefix: "/login/", methods: ["POST"], rate: "10/m" }';

/** 1 TiB, as the addon takes it. */
const MOST_BANDWIDTH = 2 ** 40;

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

const bandwidth = section<Scope & { rate: number; after: number }>('bandwidth', '{ prefix: "/downloads/", rate: "500kb", after: "1mb" }', () => ({
  ...scope,
  rate: size(0, MOST_BANDWIDTH, '500kb'),
  after: withDefault(size(0, MOST_BANDWIDTH, '1mb'), 0),
}));

export type CheckedLimits = Limits & Pick<GateRules, 'connectionsPerAddress' | 'connectionRate' | 'uncounted' | 'rateKeys'> & {
  rate: RateRule[];
  concurrency: (Scope & { max: number; dryRun: boolean })[];
  bandwidth: (Scope & { rate: number; after: number })[];
  bodies: (Scope & { max: number })[];
};

const connectionRate: Schema<GateRules['connectionRate']> = value('a number and a time such as "20/s" or "300/m"', 'Numbers go from 1 to 1000000.', (input) => {
  const written = parseRate(input);
  return written === undefined ? undefined : { intervalNs: written.intervalNs, burst: written.count - 1 };
});

export const limits = defaultedSection<CheckedLimits>('limits', '{ body: "1mb" }', LIMITS, () => ({
  requestLine: size(256, 32_768, '8kb'),
  head: size(512, 49_152, '32kb'),
  fields: count(1, 256, 100),
  body: size(0, 4_294_967_295, '1mb'),
  queued: count(0, 524_288, 4096),
  inFlight: count(1, 524_288, 4096),
  connections: count(1, 1_000_000, 20_000),
  minRate: size(0, 1_073_741_824, '1kb'),
  connectionsPerAddress: count(0, 1_000_000, 100),
  connectionRate,
  uncounted: list('uncounted: ["10.0.0.0/8"]', network),
  rate: rates,
  rateKeys: count(512, 67_108_864, 65_536),
  concurrency: list('concurrency: [{ prefix: "/reports/", max: 4 }]', concurrency),
  bandwidth: list('bandwidth: [{ prefix: "/downloads/", rate: "500kb" }]', bandwidth),
  bodies: list('bodies: [{ prefix: "/upload/", max: "100mb" }]', bodyLimit),
}));

export const timeouts = defaultedSection<Timeouts>('timeouts', '{ request: "30s" }', TIMEOUTS, () => ({
  handshake: duration(0, '10s'),
  header: duration(0, '10s'),
  body: duration(0, '30s'),
  bodyTotal: duration(0, '5m'),
  keepAlive: duration(0, '10s'),
  write: duration(0, '30s'),
  request: duration(0, '30s'),
  requestSoft: duration(0, '25s'),
  client: value('true, false or "trusted"', 'Write "trusted" to believe the proxies of trustProxy alone.', (input) =>
    typeof input === 'boolean' || input === 'trusted' ? input : undefined,
  ),
  slow: duration(0, '5s'),
  queue: duration(0, '10s'),
  quarantine: duration(0, '60s'),
  start: duration(1, '30s'),
  stop: duration(0, '10s'),
  drain: duration(0, '60s'),
}));
