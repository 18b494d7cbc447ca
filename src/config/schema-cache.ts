/** The part of the schema about stored answers. */
import * as v from 'valibot';
import { containerLimits } from './container-limits.ts';
import { duration, flag, isPlainObject, type Schema, section, size, value, withDefault, withLateDefault } from './schema-parts.ts';
import type { Cache } from './types.ts';

const CACHE_EXAMPLE = '{ bytes: "256mb", maxEntryBytes: "4mb" }';

const LEAST_BYTES = 1_048_576;
/** An eighth of a small container's memory. */
const defaultBytes = (): number => Math.max(LEAST_BYTES, Math.min(67_108_864, Math.floor((containerLimits().memoryBytes ?? Number.POSITIVE_INFINITY) / 8)));

const cacheObject = section<Cache>('cache', CACHE_EXAMPLE, {
  bytes: withLateDefault(size(LEAST_BYTES, 1_099_511_627_776, '64mb'), defaultBytes),
  maxEntryBytes: withDefault(size(1, 268_435_456, '1mb'), 1_048_576),
  lock: withDefault(duration(0, '5s'), 5000),
  status: withDefault(flag(), false),
});

const cacheFlag = value('true, false or an object', `Write false, or for example ${CACHE_EXAMPLE}.`, (input): Cache | null | undefined => {
  if (input === false) return null;
  return input === true ? v.parse(cacheObject, {}) : undefined;
});

/** Input: CacheConfig or a flag. null: nothing is stored. */
export const cache = v.lazy((input): Schema<Cache | null> => (isPlainObject(input) ? (cacheObject as Schema<Cache | null>) : cacheFlag)) as Schema<Cache | null>;
