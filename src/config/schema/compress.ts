/** The schema of `compress`. */
import * as v from 'valibot';
import { COMPRESS, DYNAMIC_COMPRESSION } from './defaults.ts';
import { count, defaultedSection, flag, isPlainObject, list, optional, type Schema, size, value } from './parts.ts';
import { parseCodings, parseTypePattern } from '../values/static.ts';
import type { Compress, CompressDynamic } from '../types.ts';

const COMPRESS_EXAMPLE = '{ codings: ["br", "gzip"], maxBytes: "1mb" }';

type Levels = Compress['levels'];

const levels = defaultedSection<Levels>('levels', '{ br: 9, gzip: 9 }', COMPRESS.levels, () => ({
  br: count(1, 11, 9),
  zstd: count(1, 19, 12),
  gzip: count(1, 9, 9),
}));

const typePattern = value('a media type such as "text/html", "text/*" or "application/*+json"', 'Parameters do not count.', parseTypePattern);

const codings = value('a list of at least one of "br", "zstd", "gzip"', 'Write for example ["br", "gzip"]; compress: false switches it off.', parseCodings);

const DYNAMIC_EXAMPLE = '{ codings: ["zstd", "gzip"], minBytes: "1kb" }';

const dynamicLevels = defaultedSection<Levels>('levels', '{ br: 4, gzip: 4 }', DYNAMIC_COMPRESSION.levels, () => ({
  br: count(1, 11, 4),
  zstd: count(1, 19, 3),
  gzip: count(1, 9, 4),
}));

const dynamicObject = defaultedSection<CompressDynamic>('dynamic', DYNAMIC_EXAMPLE, DYNAMIC_COMPRESSION, () => ({
  codings,
  types: optional(list('types: ["text/*", "application/json"]', typePattern)),
  minBytes: size(0, 16_777_216, '1kb'),
  levels: dynamicLevels,
  secrets: flag(),
}));

const dynamicFlag = value('true, false or an object', `Write true, or for example ${DYNAMIC_EXAMPLE}.`, (input): CompressDynamic | null | undefined => {
  if (input === false) return null;
  return input === true ? DYNAMIC_COMPRESSION : undefined;
});

const dynamic = v.lazy((input): Schema<CompressDynamic | null> => (isPlainObject(input) ? (dynamicObject as Schema<CompressDynamic | null>) : dynamicFlag)) as Schema<CompressDynamic | null>;

const compressObject = defaultedSection<Compress>('compress', COMPRESS_EXAMPLE, COMPRESS, () => ({
  codings,
  types: list('types: ["text/*", "application/json"]', typePattern),
  minBytes: size(0, 16_777_216, '1kb'),
  maxBytes: size(1, 16_777_216, '1mb'),
  cacheBytes: size(65_536, 4_294_967_296, '32mb'),
  levels,
  dynamic,
}));

const compressFlag = value('true, false or an object', `Write false, or for example ${COMPRESS_EXAMPLE}.`, (input): Compress | null | undefined => {
  if (input === false) return null;
  return input === true ? COMPRESS : undefined;
});

/** Input: CompressConfig or a flag. null: switched off. */
export const compress = v.lazy((input): Schema<Compress | null> => (isPlainObject(input) ? (compressObject as Schema<Compress | null>) : compressFlag)) as Schema<Compress | null>;
