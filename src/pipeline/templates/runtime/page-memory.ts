/**
 * Where pages are gathered as bytes: what generated code writes with, and the memory that it writes to. Belongs to one thread.
 *
 * DESIGN: joining strings costs three times as much as writing their characters: each + makes an object, and the page that they are
 * put together to is copied out of JavaScript once more. Values are short, so a loop over their characters is faster than a call
 * that writes a string (docs/adr/0012-pages-are-gathered.md has the figures). Pages lie one behind the other in blocks. A block is
 * never written twice, so that a page stays good for as long as somebody holds it; the collector takes a block with its last page.
 *
 *   block   [ page | page | page being gathered | room ... ]
 */
import { NEEDS_TEXT } from './signals.ts';

const BLOCK_BYTES = 64 * 1024;
/** A block with less room is left to its pages. A page that needs more than there is gets gathered as text. */
const MIN_ROOM = 16 * 1024;
/** From here on a call that writes a string is faster than a loop. */
const SHORT = 24;
/** The most that a short value and the token behind it take: three bytes for each UTF-16 code unit. */
const MAX_SHORT_BYTES = SHORT * 3 + 3;
const ESC_CODE = 0x1b;
const ZERO = 0x30;

/** Node's fast way to write text, which its type definitions leave out. */
export type PageBytes = Buffer & { utf8Write(text: string, at: number): number };

/** Appends a token at `at` and gives the place behind it. `id`: the two characters of its id as one number. */
export function putToken(bytes: PageBytes, at: number, id: number): number {
  bytes[at] = ESC_CODE;
  bytes[at + 1] = id >> 8;
  bytes[at + 2] = id;
  return at + 3;
}

/** Appends a value and a token. Throws NEEDS_TEXT where there is no room. */
export function putValue(bytes: PageBytes, at: number, value: string | number, id: number): number {
  const to = put(bytes, at, value);
  bytes[to] = ESC_CODE;
  bytes[to + 1] = id >> 8;
  bytes[to + 2] = id;
  return to + 3;
}

/** Appends a value, and leaves room for a token. Throws NEEDS_TEXT where there is none. */
export function put(bytes: PageBytes, at: number, value: string | number): number {
  return typeof value === 'string' ? putText(bytes, at, value) : putWhole(bytes, at, value);
}

/** Appends a whole number of at least 0. */
function putWhole(bytes: PageBytes, at: number, value: number): number {
  if (value >= 100) return putText(bytes, at, `${value}`);
  if (bytes.length - at < MAX_SHORT_BYTES) throw NEEDS_TEXT;
  const tens = (value / 10) | 0;
  if (tens > 0) bytes[at++] = ZERO + tens;
  bytes[at] = ZERO + value - tens * 10;
  return at + 1;
}

/** Appends text as UTF-8. */
function putText(bytes: PageBytes, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT || bytes.length - at < MAX_SHORT_BYTES) return putLong(bytes, at, text);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return putWide(bytes, at, text, i);
    bytes[at + i] = code;
  }
  return at + length;
}

/** Goes on with a short text at its first character beyond ASCII. */
function putWide(bytes: PageBytes, start: number, text: string, from: number): number {
  let at = start + from;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
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

/** A block of pages, and how much of it they take. */
export interface PageBlock {
  readonly bytes: PageBytes;
  used: number;
}

export class PageMemory {
  #block: PageBlock | null = null;

  /** A block with room behind `used`, which belongs to the caller until keep(). One that is not kept is lost with what is in it. */
  take(): PageBlock {
    const block = this.#block;
    if (block === null || BLOCK_BYTES - block.used < MIN_ROOM) return { bytes: Buffer.allocUnsafeSlow(BLOCK_BYTES) as PageBytes, used: 0 };
    // A page that is rendered while another one is gathered takes a block of its own.
    this.#block = null;
    return block;
  }

  /** Gives the page that ends at `end`. NEEDS_TEXT when that is behind the block's end. */
  keep(block: PageBlock, end: number): Uint8Array {
    if (end > BLOCK_BYTES) throw NEEDS_TEXT;
    const page = block.bytes.subarray(block.used, end);
    block.used = end;
    this.#block = block;
    return page;
  }
}
