/** The schema of `static` and `files`: single values; what needs the file system or several keys is in resolve/mounts.ts. */
import * as v from 'valibot';
import { FILES } from './defaults.ts';
import { count, defaultedSection, flag, isPlainObject, list, optional, type Schema, section, text, value, withDefault } from './parts.ts';
import type { Files } from '../types/static.ts';
import { parseFieldValue, parseHeaders } from '../values/fields.ts';
import { type Coding, parseIndex, parseManifest, parsePageName, parsePattern, parsePrecompressed, parsePrefix } from '../values/static.ts';
import { show } from '../values/show.ts';
import { parseHostPattern } from '../values/addresses.ts';
import { parseDuration, parseWhole } from '../values/numbers.ts';

export interface CheckedMount {
  prefix: string;
  host: string | undefined;
  root: string;
  index: string[];
  fallthrough: boolean | undefined;
  dotfiles: boolean;
  listing: boolean;
  internal: boolean;
  precompressed: Coding[];
  compress: boolean | undefined;
  /** Milliseconds. */
  maxAge: number | undefined;
  cacheControl: string | undefined;
  cache: CheckedCacheRule[];
  /** Field lines. */
  headers: string;
  fallback: string | undefined;
  notFound: string | undefined;
  manifest: string | boolean;
}

export interface CheckedCacheRule {
  match: string;
  /** Milliseconds. */
  maxAge: number | undefined;
  immutable: boolean;
  cacheControl: string | undefined;
}

const cacheControl = optional(value('a Cache-Control value', 'Write for example "public, max-age=3600".', parseFieldValue));
const maxAge = optional(
  value('a time from 0 to 10 years', 'Write for example "1h" or "365d".', (input) => parseWhole(parseDuration(input), 0, 315_360_000_000)),
);
const page = optional(value('the name of a file below root, without hidden parts', 'Write for example "404.html".', parsePageName));

/** Names and values of fields; the message names the one that is wrong. */
const headers: Schema<string> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, string>(({ dataset, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    if (!isPlainObject(dataset.value)) {
      return refuse(`got ${show(dataset.value)}, expected an object. Write headers as { "X-Frame-Options": "DENY" }.`);
    }
    const result = parseHeaders(dataset.value);
    return 'lines' in result ? result.lines : refuse(`the field ${show(result.name)} ${result.problem}`);
  }),
);

const cacheRule = section<CheckedCacheRule>('cache', '{ match: "*.[0-9a-f]{8}.*", maxAge: "1y", immutable: true }', () => ({
  match: value(
    'a pattern of "*", "**", "?", "[0-9a-f]" and counts such as "[0-9a-f]{8}", without a leading "/"',
    'Write for example "*.[0-9a-f]{8}.*" or "assets/**".',
    parsePattern,
  ),
  maxAge,
  immutable: withDefault(flag(), false),
  cacheControl,
}));

/** Of `static[].host` and `hosts`. */
export const hostPattern = value('a host without port, or "*." and a host', 'Write for example "example.com" or "*.example.com".', parseHostPattern);

/** Input: StaticConfig. */
export const mount = section<CheckedMount>('static', '{ prefix: "/static/", root: "public" }', () => ({
  prefix: value('a path that begins with "/", without "?", "#", "%", "//" and dot segments', 'Write for example "/static/".', parsePrefix),
  host: optional(hostPattern),
  root: text('the path of a directory', '"public"'),
  index: withDefault(value('a file name, a list of them, or false', 'Write for example "index.html".', parseIndex), 'index.html'),
  fallthrough: optional(flag()),
  dotfiles: withDefault(flag(), false),
  listing: withDefault(flag(), false),
  internal: withDefault(flag(), false),
  precompressed: withDefault(
    value('true, false, or a list of "br", "zstd", "gzip"', 'Write for example ["br", "gzip"]; the preferred coding goes first.', parsePrecompressed),
    true,
  ),
  compress: optional(flag()),
  maxAge,
  cacheControl,
  cache: withDefault(list('cache: [{ match: "*.[0-9a-f]{8}.*", maxAge: "1y", immutable: true }]', cacheRule), []),
  headers: withDefault(headers, {}),
  fallback: page,
  notFound: page,
  manifest: withDefault(
    value('true, false, or the path of a manifest that ends in ".json"', 'Write true, or for example "build/static/manifest.json".', parseManifest),
    false,
  ),
}));

/** Their threads wait, they do not work: more of them are worth it only for slow disks that do several things at once. */
export const files = defaultedSection<Files>('files', '{ threads: 4, queue: 1024 }', FILES, () => ({
  threads: count(0, 64, 2),
  queue: count(1, 1_000_000, 1024),
}));
