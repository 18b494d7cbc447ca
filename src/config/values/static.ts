/**
 * Values of a static mount as people write them: prefixes, names, patterns, codings. Each parser gives undefined for what it does not
 * understand.
 */

export type Coding = 'br' | 'zstd' | 'gzip';

/** In the order of preference when a client likes several equally: the smallest content first. */
const CODINGS: readonly Coding[] = ['br', 'zstd', 'gzip'];

/** "/static" and "/static/" give "/static/". Paths are compared decoded, so "%" has no place here. */
export function parsePrefix(input: unknown): string | undefined {
  if (typeof input !== 'string' || !/^\/(?:[^/?#%\\\u0000-\u001f\u007f]+\/?)*$/.test(input)) return undefined;
  if (input.split('/').some((segment) => segment === '.' || segment === '..')) return undefined;
  return input.endsWith('/') ? input : `${input}/`;
}

export function parseIndex(input: unknown): string[] | undefined {
  if (input === false) return [];
  const names: unknown[] = Array.isArray(input) ? input : [input];
  const valid = names.every((name) => typeof name === 'string' && /^[^/\0]+$/.test(name) && name !== '.' && name !== '..');
  return valid ? (names as string[]) : undefined;
}

/** The name of a page below the root: "404.html", "errors/404.html". Hidden names are never served. */
export function parsePageName(input: unknown): string | undefined {
  return typeof input === 'string' && /^[^/.\0][^/\0]*(?:\/[^/.\0][^/\0]*)*$/.test(input) ? input : undefined;
}

/** The path of a manifest; true is the default one, false none. */
export function parseManifest(input: unknown): string | boolean | undefined {
  if (typeof input === 'boolean') return input;
  return typeof input === 'string' && /[^/\0]\.json$/.test(input) && !input.includes('\0') ? input : undefined;
}

/** true is every coding, false none; a list has each at most once. */
export function parsePrecompressed(input: unknown): Coding[] | undefined {
  if (typeof input === 'boolean') return input ? [...CODINGS] : [];
  if (!Array.isArray(input) || new Set(input).size !== input.length) return undefined;
  return input.every((name) => CODINGS.includes(name as Coding)) ? (input as Coding[]) : undefined;
}

/** A list of at least one coding, each at most once, the preferred first. */
export function parseCodings(input: unknown): Coding[] | undefined {
  const codings = Array.isArray(input) ? parsePrecompressed(input) : undefined;
  return codings !== undefined && codings.length > 0 ? codings : undefined;
}

/** A media type as native/compress/media_type.h matches it: at most one star, in the place of the subtype or before its suffix. */
export function parseTypePattern(input: unknown): string | undefined {
  if (typeof input !== 'string' || input.length > 127) return undefined;
  return /^[a-z0-9!#$&^_.+-]+\/(?:\*(?:\+[a-z0-9!#$&^_.+-]+)?|[a-z0-9!#$&^_.+-]+)$/i.test(input) ? input.toLowerCase() : undefined;
}

/** One piece of a pattern: a star, "?" or a class with an optional count, or a character that stands for itself. */
const PATTERN_PIECE = /\*|(?:\?|\[!?(?!(?<=\[)!)(?<members>[\x21-\x7e][\x21-\x5c\x5e-\x7e]*)\])(?:\{(?:[1-9]|[1-5]\d|6[0-4])\})?|[^*?[\]{}\0]/y;

/** The language of native/base/glob.h, which compiles it. */
export function parsePattern(input: unknown): string | undefined {
  if (typeof input !== 'string' || input === '' || input.startsWith('/') || input.length > 200) return undefined;
  PATTERN_PIECE.lastIndex = 0;
  while (PATTERN_PIECE.lastIndex < input.length) {
    const piece = PATTERN_PIECE.exec(input);
    if (piece === null || runsBackwards(piece.groups?.['members'] ?? '')) return undefined;
  }
  return input;
}

/** Whether a class has a range such as "z-a". */
function runsBackwards(members: string): boolean {
  return [...members.matchAll(/(.)-(.)/g)].some(([, first = '', last = '']) => first > last);
}
