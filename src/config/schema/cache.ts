/** The part of the schema about stored answers. */
import * as v from 'valibot';
import { CACHE } from './defaults.ts';
import { defaultedSection, duration, flag, isPlainObject, optional, type Schema, size, value } from './parts.ts';
import type { Cache } from '../types.ts';

const CACHE_EXAMPLE = '{ bytes: "256mb", maxEntryBytes: "4mb" }';

/** What a cache has at the least. */
export const LEAST_CACHE_BYTES = 1_048_576;

/** bytes: undefined where it depends on the machine. */
export type CheckedCache = Omit<Cache, 'bytes'> & { bytes: number | undefined };

const cacheObject = defaultedSection<CheckedCache>('cache', CACHE_EXAMPLE, CACHE, () => ({
  bytes: optional(size(LEAST_CACHE_BYTES, 1_099_511_627_776, '64mb')),
  maxEntryBytes: size(1, 268_435_456, '1mb'),
  lock: duration(0, '5s'),
  status: flag(),
}));

const cacheFlag = value('true, false or an object', `Write false, or for example ${CACHE_EXAMPLE}.`, (input): CheckedCache | null | undefined => {
  if (input === false) return null;
  return input === true ? CACHE : undefined;
});

/** Input: CacheConfig or a flag. null: nothing is stored. */
export const cache = v.lazy((input): Schema<CheckedCache | null> => (isPlainObject(input) ? (cacheObject as Schema<CheckedCache | null>) : cacheFlag)) as Schema<CheckedCache | null>;
