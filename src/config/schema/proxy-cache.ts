/** The part of the schema about storing the answers of upstreams: `cache` of a proxy entry. */
import * as v from 'valibot';
import type { ProxyCache } from '../types/proxy-cache.ts';
import { template } from './rules.ts';
import { count, duration, flag, isPlainObject, list, oneOf, optional, type Schema, section, value, withDefault } from './parts.ts';
import { show } from '../values/show.ts';
import { parseDuration, parseWhole, parseWholeText } from '../values/numbers.ts';

const CACHE_EXAMPLE = '{ ttl: { "200": "10m" }, staleIfError: "1h" }';
const LONGEST_MS = 31_536_000_000;
/** Of a time alone: what NGINX takes it for. */
const USUAL_STATUSES = [200, 301, 302];

function parseLongDuration(input: unknown): number | undefined {
  return parseWhole(parseDuration(input), 0, LONGEST_MS);
}

const longDuration: Schema<number> = value('a time from 0 (off) to 365d', 'Write milliseconds or text such as "10m".', parseLongDuration);

/** A time, or times by status; the message names the entry that is wrong. */
const lifetimes: Schema<ProxyCache['ttl']> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, ProxyCache['ttl']>(({ dataset, addIssue, NEVER }) => {
    const seconds = (input: unknown): number | undefined => {
      const time = parseLongDuration(input);
      return time === undefined ? undefined : Math.floor(time / 1000);
    };
    if (!isPlainObject(dataset.value)) {
      const time = seconds(dataset.value);
      if (time !== undefined) return USUAL_STATUSES.map((status) => [status, time]);
      addIssue({ message: `got ${show(dataset.value)}, expected a time, or times by status. Write for example "10m" or { "200": "10m", "404": "30s" }.` });
      return NEVER;
    }
    const given: ProxyCache['ttl'] = [];
    for (const [name, written] of Object.entries(dataset.value)) {
      const status = parseWholeText(name, 200, 599);
      const time = seconds(written);
      if (status === undefined || status === 206 || status === 304) {
        addIssue({ message: `has the key ${show(name)}, expected a status from 200 to 599 other than 206 and 304. Write for example { "404": "30s" }.` });
      } else if (time === undefined) {
        addIssue({ message: `got ${show(written)} for ${name}, expected a time from 0 to 365d. Write for example { "${name}": "30s" }.` });
      } else {
        given.push([status, time]);
      }
    }
    return given;
  }),
);

const cacheObject = section<ProxyCache>('cache', CACHE_EXAMPLE, () => ({
  key: optional(template),
  ttl: withDefault(lifetimes, {}),
  minUses: withDefault(count(1, 1_000_000, 2), 1),
  bypass: withDefault(list('bypass: ["$cookie_session"]', template), []),
  noStore: withDefault(list('noStore: ["$cookie_session"]', template), []),
  methods: withDefault(
    v.pipe(
      list('methods: ["GET", "HEAD"]', oneOf(['GET', 'HEAD'])) as Schema<string[]>,
      v.check((methods) => methods.includes('GET'), 'lacks "GET", without which nothing is stored. Add it, or remove cache.'),
    ) as Schema<string[]>,
    ['GET', 'HEAD'],
  ),
  ranges: withDefault(oneOf(['pass', 'whole', 'parts']), 'pass'),
  staleWhileRevalidate: withDefault(longDuration, 0),
  staleIfError: withDefault(longDuration, 0),
  lock: optional(duration(0, '5s')),
  heuristic: withDefault(flag(), false),
  requestDirectives: withDefault(flag(), true),
  storeCookies: withDefault(flag(), false),
}));

const cacheFlag = value('true, false or an object', `Write true, or for example ${CACHE_EXAMPLE}.`, (input): ProxyCache | null | undefined => {
  if (input === false) return null;
  return input === true ? v.parse(cacheObject, {}) : undefined;
});

/** Input: ProxyCacheConfig or a flag. null: nothing is stored. */
export const proxyCache = v.lazy((input): Schema<ProxyCache | null> => (isPlainObject(input) ? (cacheObject as Schema<ProxyCache | null>) : cacheFlag)) as Schema<ProxyCache | null>;
