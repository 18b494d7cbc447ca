/**
 * What generated code writes a page's bytes with, and the memory that it writes them into. Belongs to one thread.
 *
 * DESIGN: joining strings costs three times as much as writing their characters: each + makes an object, and the page that they are
 * put together to is copied out of JavaScript once more. Values are short, so a loop over their characters is faster than a call
 * that writes a string (docs/adr/0042-pages-are-gathered-as-bytes.md has the figures).
 *
 * Longer ones may be strings that were joined, each of which the engine would have to make one piece before its first character can be
 * read. So a gap is left for them, and they are joined to one text, which is written behind the page by one call and moved from there
 * into the gaps. That holds for ASCII only, where a text has as many bytes as characters; a page in which another one turns up is
 * gathered again, and each text written for itself.
 *
 * The memory is one for the thread and for ever, so that its address and size are numbers in the compiled code; and four characters
 * are one store. Who needs a page longer than until the next one is gathered copies it (gathered-page.ts).
 *
 *   memory   [ value token value token gap token ...  | slack | place | text of the gaps ... ]
 *            0                         place[0]   PAGE_ROOM           TEXT
 */
import { NEEDS_TEXT, NEEDS_WIDE } from './signals.ts';
import type { RenderState } from './state.ts';
import { writeValue } from './values.ts';

/** Node's fast way to write text, which its type definitions leave out. */
type PageBytes = Buffer & { utf8Write(text: string, at: number): number };

/** The most bytes that a page gathers. Larger ones are gathered as text. A power of two. */
export const PAGE_ROOM = 64 * 1024;
/**
 * Offsets of stores are cut to the memory, which says to the engine that they need no check, as it cannot see what LAST_SHORT and
 * endPage() look after: only tokens in a row come that far, and then the page is not used.
 */
const INSIDE = PAGE_ROOM - 1;
/** Of the widest store. */
const SLACK = 16;
/** Joining makes a flat copy of a text up to here (in V8), and writing one character by character is faster than any call. */
const SHORT = 12;
/** The same for a text that is written for itself. */
const SHORT_ALONE = 24;
/** Room for a short value, three bytes for each UTF-16 code unit, and the token behind it. */
const LAST_SHORT = PAGE_ROOM - (SHORT_ALONE * 3 + 4);
const TOKEN_BYTES = 3;
const ZERO = 0x30;
const POINT = 0x2e;
/** Hundredths up to here are whole numbers to the engine, and their digits fit where a short value does. */
const TOO_MANY_HUNDREDTHS = 1e9;
/** Gaps that wait to be filled. */
const MAX_GAPS = 256;
const TEXT = PAGE_ROOM + 64;
const WORD = 8;

/** Room for three bytes of each character: the engine looks for the end of less after every one. */
const memory = new ArrayBuffer(TEXT + PAGE_ROOM * 3);
const view = new DataView(memory);
const bytes = Buffer.from(memory) as PageBytes;
/** How far the page that is gathered has come. In the memory, where the compiled code finds it as a number. */
const place = new Int32Array(memory, PAGE_ROOM + SLACK, 1);
/** Place and length of each gap. */
const gaps = new Int32Array(MAX_GAPS * 2);
let gapCount = 0;
/** Texts are written one by one. */
let isWide = false;
/** The rendering that is gathered now. */
let state: RenderState | null = null;

/**
 * As a function of a text, for a method must be found in each: strings of more than four kinds (parts, joined ones, two-byte ones), or a
 * package that derives something from String.prototype, make that a search for every character, and a page twice as slow.
 */
const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (text: string, index: number) => number;

/** Begins a page. `wide`: it had texts beyond ASCII. False while another one is gathered: then nothing begins. */
export function beginPage(rendering: RenderState, wide: boolean): boolean {
  if (state !== null) return false;
  state = rendering;
  place[0] = 0;
  gapCount = 0;
  isWide = wide;
  return true;
}

/** Ends the page and gives its bytes in pageBytes(). Throws NEEDS_TEXT when it had no room, NEEDS_WIDE for a text beyond ASCII. */
export function endPage(): number {
  const end = place[0] as number;
  if (end > PAGE_ROOM) throw NEEDS_TEXT;
  if (gapCount > 0) fillGaps();
  state = null;
  return end;
}

/** Ends what beginPage() began, if it was begun for this rendering and is not over. */
export function abandonPage(rendering: RenderState): void {
  if (state === rendering) state = null;
}

/** The memory. What is in it is good until the next beginPage(). */
export function pageBytes(): Uint8Array {
  return bytes;
}

/** Appends a token: ESC and the two characters of an id, as three bytes of a number, the first one lowest. */
export function putToken(token: number): void {
  const at = place[0] as number;
  view.setInt32(at & INSIDE, token | 0, true);
  place[0] = at + TOKEN_BYTES;
}

/** Appends a value as writeValue() writes it. Throws NEEDS_TEXT where there is no room. */
export function put(value: unknown): void {
  putValue(value, 0);
  (place[0] as number) -= TOKEN_BYTES;
}

/** The same with a token behind it. */
export function putValue(value: unknown, token: number): void {
  if (typeof value !== 'string') return putOther(value, token);
  const { length } = value;
  const at = place[0] as number;
  if (length > SHORT) return putLong(value, token);
  if (at > LAST_SHORT) throw NEEDS_TEXT;
  let seen = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const a = charCodeAt(value, i);
    const b = charCodeAt(value, i + 1);
    const c = charCodeAt(value, i + 2);
    const d = charCodeAt(value, i + 3);
    seen |= a | b | c | d;
    view.setInt32((at + i) & INSIDE, a | (b << 8) | (c << 16) | (d << 24), true);
  }
  if (i + 1 < length) {
    const a = charCodeAt(value, i);
    const b = charCodeAt(value, i + 1);
    seen |= a | b;
    view.setInt16((at + i) & INSIDE, a | (b << 8), true);
    i += 2;
  }
  if (i < length) {
    const a = charCodeAt(value, i);
    seen |= a;
    view.setInt8((at + i) & INSIDE, a);
  }
  if (seen > 0x7f) return putWide(value, token);
  view.setInt32((at + length) & INSIDE, token | 0, true);
  place[0] = at + length + TOKEN_BYTES;
}

/** Most numbers need no text. */
function putOther(value: unknown, token: number): void {
  if (typeof value !== 'number') return putValue(writeValue(state as RenderState, value), token);
  const at = place[0] as number;
  // The engine calculates in whole numbers with this one.
  const whole = value >>> 0;
  if (whole !== value || whole >= 100) return putNumber(value, token);
  if (at > LAST_SHORT) throw NEEDS_TEXT;
  if (whole < 10) {
    view.setInt32(at & INSIDE, (ZERO + whole) | (token << 8), true);
    place[0] = at + 1 + TOKEN_BYTES;
    return;
  }
  putTwoDigits(at, whole);
  view.setInt32((at + 2) & INSIDE, token | 0, true);
  place[0] = at + 2 + TOKEN_BYTES;
}

/**
 * The digits of numbers with up to two decimals. They are what String() gives: a number of so few digits is the only one of them that
 * reads as this value.
 */
function putNumber(value: number, token: number): void {
  const hundredths = (value * 100 + 0.5) >>> 0;
  if (hundredths / 100 !== value || hundredths >= TOO_MANY_HUNDREDTHS) return putValue(writeValue(state as RenderState, value), token);
  let at = place[0] as number;
  if (at > LAST_SHORT) throw NEEDS_TEXT;
  const whole = (hundredths / 100) >>> 0;
  const decimals = hundredths - whole * 100;
  at = putWhole(at, whole);
  if (decimals > 0) {
    view.setInt8(at & INSIDE, POINT);
    putTwoDigits(at + 1, decimals);
    at += decimals % 10 === 0 ? 2 : 3;
  }
  view.setInt32(at & INSIDE, token | 0, true);
  place[0] = at + TOKEN_BYTES;
}

/** Writes a whole number and gives where it ends. */
function putWhole(at: number, whole: number): number {
  if (whole < 10) {
    view.setInt8(at & INSIDE, ZERO + whole);
    return at + 1;
  }
  if (whole < 100) {
    putTwoDigits(at, whole);
    return at + 2;
  }
  let end = at + 3;
  for (let rest = whole; rest >= 1000; rest = (rest / 10) >>> 0) end++;
  let rest = whole;
  for (let i = end - 1; i >= at; i--) {
    const tens = (rest / 10) >>> 0;
    view.setInt8(i & INSIDE, ZERO + rest - tens * 10);
    rest = tens;
  }
  return end;
}

/** A number below 100, with its leading zero. */
function putTwoDigits(at: number, number: number): void {
  const tens = (number / 10) | 0;
  view.setInt16(at & INSIDE, (ZERO + tens) | ((ZERO + number - tens * 10) << 8), true);
}

/** A text of at most SHORT_ALONE characters, of which some may be beyond ASCII. */
function putWide(text: string, token: number): void {
  let at = place[0] as number;
  for (let i = 0; i < text.length; i++) {
    const code = charCodeAt(text, i);
    // Pairs, and halves of pairs, which become U+FFFD.
    if (code >= 0xd800 && code <= 0xdfff) return putAlone(text, token);
    if (code > 0x7ff) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
    } else if (code > 0x7f) bytes[at++] = 0xc0 | (code >> 6);
    bytes[at++] = code > 0x7f ? 0x80 | (code & 0x3f) : code;
  }
  place[0] = at;
  putToken(token);
}

function putLong(value: string, token: number): void {
  const at = place[0] as number;
  const { length } = value;
  if (PAGE_ROOM - at < length * (isWide ? 3 : 1) + TOKEN_BYTES) throw NEEDS_TEXT;
  if (isWide) return length > SHORT_ALONE ? putAlone(value, token) : putWide(value, token);
  if (gapCount === MAX_GAPS) fillGaps();
  gaps[gapCount * 2] = at;
  gaps[gapCount * 2 + 1] = length;
  gapCount++;
  // In a young object: storing into an old one is remembered for the collector, which costs more than joining.
  (state as RenderState).gapText += value;
  view.setInt32((at + length) & INSIDE, token, true);
  place[0] = at + length + TOKEN_BYTES;
}

function putAlone(value: string, token: number): void {
  const at = place[0] as number;
  place[0] = at + bytes.utf8Write(value, at);
  putToken(token);
}

/**
 * Whole words, of which the last one may begin in the one before it: no text of a gap is shorter than one. As floating-point numbers, the
 * widest ones that the engine moves without an object; eight characters of ASCII are never one that is not a number.
 */
function fillGaps(): void {
  const { gapText } = state as RenderState;
  if (bytes.utf8Write(gapText, TEXT) !== gapText.length) throw NEEDS_WIDE;
  let from = TEXT;
  for (let gap = 0; gap < gapCount; gap++) {
    const to = gaps[gap * 2] as number;
    const last = (gaps[gap * 2 + 1] as number) - WORD;
    for (let i = 0; i < last; i += WORD) view.setFloat64(to + i, view.getFloat64(from + i, true), true);
    view.setFloat64(to + last, view.getFloat64(from + last, true), true);
    from += last + WORD;
  }
  gapCount = 0;
  (state as RenderState).gapText = '';
}
