/**
 * What generated code writes a page's bytes with. Belongs to one thread.
 *
 * DESIGN: joining strings costs three times as much as writing their characters: each + makes an object, and the page that they are
 * put together to is copied out of JavaScript once more. Values are short, so a loop over their characters is faster than a call
 * that writes a string (docs/adr/0042-pages-are-gathered-as-bytes.md has the figures). One function does the usual cases from one
 * end to the other: the engine inlines few of the calls in a page.
 */
import { NEEDS_TEXT } from './signals.ts';
import type { RenderState } from './state.ts';
import { writeValue } from './values.ts';

/** Node's fast way to write text, which its type definitions leave out. */
export type PageBytes = Buffer & { utf8Write(text: string, at: number): number };

/** From here on a call that writes a string is faster than a loop. */
const SHORT = 24;
/** The most that a short value and the token behind it take: three bytes for each UTF-16 code unit. */
const MAX_SHORT_BYTES = SHORT * 3 + 3;
const ESC_CODE = 0x1b;
const ZERO = 0x30;

/**
 * As a function of a text, for a method must be found in each: strings of more than four kinds (parts, joined ones, two-byte ones), or a
 * package that derives something from String.prototype, make that a search for every character, and a page twice as slow.
 */
const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (text: string, index: number) => number;

/** Appends a token at `at` and gives the place behind it. `id`: the two characters of its id as one number. */
export function putToken(bytes: PageBytes, at: number, id: number): number {
  bytes[at] = ESC_CODE;
  bytes[at + 1] = id >> 8;
  bytes[at + 2] = id;
  return at + 3;
}

/** Appends a value as writeValue() writes it, and a token. Throws NEEDS_TEXT where there is no room. */
export function putValue(state: RenderState, bytes: PageBytes, at: number, value: unknown, id: number): number {
  const to = put(state, bytes, at, value);
  bytes[to] = ESC_CODE;
  bytes[to + 1] = id >> 8;
  bytes[to + 2] = id;
  return to + 3;
}

/** Appends a value as UTF-8, and leaves room for a token. Throws NEEDS_TEXT where there is none. */
export function put(state: RenderState, bytes: PageBytes, at: number, value: unknown): number {
  if (typeof value !== 'string') return putOther(state, bytes, at, value);
  const { length } = value;
  if (length > SHORT || bytes.length - at < MAX_SHORT_BYTES) return putLong(bytes, at, value);
  for (let i = 0; i < length; i++) {
    const code = charCodeAt(value, i);
    if (code > 0x7f) return putWide(bytes, at, value, i);
    bytes[at + i] = code;
  }
  return at + length;
}

/** Whole numbers below 100 need no text. */
function putOther(state: RenderState, bytes: PageBytes, at: number, value: unknown): number {
  const isBrief = typeof value === 'number' && value >>> 0 === value && value < 100;
  if (!isBrief || bytes.length - at < MAX_SHORT_BYTES) return put(state, bytes, at, writeValue(state, value));
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  const tens = (value / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - tens * 10;
  return at + 2;
}

/** Goes on with a short text at its first character beyond ASCII. */
function putWide(bytes: PageBytes, start: number, text: string, from: number): number {
  let at = start + from;
  for (let i = from; i < text.length; i++) {
    const code = charCodeAt(text, i);
    // Pairs, and halves of pairs, which become U+FFFD.
    if (code >= 0xd800 && code <= 0xdfff) return putLong(bytes, start, text);
    if (code > 0x7ff) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
    } else if (code > 0x7f) bytes[at++] = 0xc0 | (code >> 6);
    bytes[at++] = code > 0x7f ? 0x80 | (code & 0x3f) : code;
  }
  return at;
}

function putLong(bytes: PageBytes, at: number, text: string): number {
  if (bytes.length - at < text.length * 3 + 3) throw NEEDS_TEXT;
  return at + bytes.utf8Write(text, at);
}
