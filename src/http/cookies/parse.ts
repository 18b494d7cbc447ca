/**
 * Cookies of a request (RFC 6265 4.2, 5.4). Bytes from the client: parseCookies() never throws.
 */
import { BadRequest } from '../errors.ts';
import { percentDecode } from '../content/form-decoding.ts';
import { TOKEN } from '../token.ts';

/**
 * Parses the value of Cookie. Of two cookies with one name the first wins: user agents send the one with the longer path
 * first. Values lose their quotes and percent escapes (setCookie makes them).
 */
export function parseCookies(field: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (field === undefined) return cookies;
  const hasEscapes = field.includes('%');
  // Looked for from where it was found: a field without one is passed over once, not for every ";".
  let equals = -1;
  for (let start = 0; start < field.length; ) {
    if (equals < start) equals = field.indexOf('=', start);
    if (equals === -1) break;
    let end = field.indexOf(';', start);
    if (end === -1) end = field.length;
    const name = equals < end ? trimmed(field.slice(start, equals)) : '';
    if (name !== '' && !cookies.has(name)) {
      const value = unquote(trimmed(field.slice(equals + 1, end)));
      cookies.set(name, hasEscapes ? percentDecode(value) : value);
    }
    start = field.charCodeAt(end + 1) === BLANK ? end + 2 : end + 1;
  }
  return cookies;
}

/**
 * What parseCookies(field).get(name) gives, without a map of what nobody asked for. Looks at each place where the name stands, so a
 * field is passed over once.
 */
export function findCookie(field: string | undefined, name: string): string | undefined {
  if (field === undefined || !TOKEN.test(name)) return undefined;
  for (let at = field.indexOf(name); at !== -1; at = field.indexOf(name, at + name.length)) {
    const equals = skipBlanks(field, at + name.length, 1);
    if (field.charCodeAt(equals) !== EQUALS) continue;
    const before = skipBlanks(field, at - 1, -1);
    if (before !== -1 && field.charCodeAt(before) !== SEMICOLON) continue;
    const end = field.indexOf(';', equals);
    return percentDecode(unquote(trimmed(field.slice(equals + 1, end === -1 ? undefined : end))));
  }
  return undefined;
}

/** Where the blanks end that begin at `at`, in one direction; there may be none. */
function skipBlanks(text: string, at: number, step: 1 | -1): number {
  let place = at;
  while (isBlank(text.charCodeAt(place))) place += step;
  return place;
}

/** What trim() takes away of what a field can hold. NaN, behind the ends, is none. */
function isBlank(code: number): boolean {
  return code === BLANK || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
}

/** RFC 6265 4.1.1: cookie-octets, in quotes or without. What user agents send is no more than what they were given. */
const COOKIE_VALUE = /^(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")$/;

/** parseCookies() for applications that want none passed over. BadRequest with the place for what is no pair (RFC 6265 4.2.1). */
export function parseCookiesStrictly(field: string | undefined): ReadonlyMap<string, string> {
  let start = 0;
  for (const piece of field === undefined ? [] : field.split(';')) {
    const problem = problemOf(piece.trim());
    if (problem !== undefined) throw new BadRequest(`The Cookie field is malformed: ${problem}, in the pair at position ${start}`);
    start += piece.length + 1;
  }
  return parseCookies(field);
}

function problemOf(pair: string): string | undefined {
  const equals = pair.indexOf('=');
  if (equals === -1) return 'no "="';
  if (!TOKEN.test(pair.slice(0, equals))) return 'a name that is no token';
  return COOKIE_VALUE.test(pair.slice(equals + 1)) ? undefined : 'a value with a character that cookies have not';
}

const BLANK = 0x20;
const DOUBLE_QUOTE = 0x22;
const EQUALS = 0x3d;
const SEMICOLON = 0x3b;

/** Without a call where there is nothing to trim, as in nearly every pair. */
function trimmed(text: string): string {
  return isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

function isVisible(code: number): boolean {
  return code > BLANK && code < 0x7f;
}

function unquote(value: string): string {
  const isQuoted = value.length >= 2 && value.charCodeAt(0) === DOUBLE_QUOTE && value.charCodeAt(value.length - 1) === DOUBLE_QUOTE;
  return isQuoted ? value.slice(1, -1) : value;
}
