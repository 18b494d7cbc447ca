/**
 * Decoding of application/x-www-form-urlencoded text (WHATWG URL 5.1), which query strings share, and of percent escapes
 * elsewhere (RFC 3986 2.1). Any thread.
 */
import { BadRequest, PayloadTooLarge } from '../errors.ts';

export interface PairLimits {
  /** More pairs than this in one text are an attack on whoever loops over them. */
  readonly fieldCount: number;
  /** Bytes of one decoded value. */
  readonly fieldBytes: number;
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;

/** Decodes "%XX" in text; broken escapes stay as they are and broken UTF-8 becomes U+FFFD. Never throws. Linear. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return UTF8.decode(percentDecodeBytes(Buffer.from(text, 'utf8')));
  }
}

/**
 * The pairs of a query string or form, in order. `what` begins the messages: "The query string". BadRequest with the place for
 * an escape that is broken or not UTF-8 and for too many pairs, PayloadTooLarge for a value that is too long.
 */
export function parseUrlEncoded(text: string, what: string, limits: PairLimits): [string, string][] {
  const pairs: [string, string][] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      if (pairs.length === limits.fieldCount) throw new BadRequest(`${what} has more than ${limits.fieldCount} fields`);
      pairs.push(parsePair(text, start, end, what, limits));
    }
    start = end + 1;
  }
  return pairs;
}

function parsePair(text: string, start: number, end: number, what: string, { fieldBytes }: PairLimits): [string, string] {
  const equals = text.indexOf('=', start);
  const split = equals === -1 || equals > end ? end : equals;
  const name = decodeComponent(text, start, split, what);
  const value = decodeComponent(text, split + 1, end, what);
  // At most three bytes for each UTF-16 unit.
  if (value.length * 3 > fieldBytes && Buffer.byteLength(value) > fieldBytes) {
    throw new PayloadTooLarge(`${what} has a field with a value of more than ${fieldBytes} bytes`);
  }
  return [name, value];
}

function decodeComponent(whole: string, start: number, end: number, what: string): string {
  const text = whole.slice(start, end);
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (cause) {
    const broken = text.search(BROKEN_ESCAPE);
    const reason = broken === -1 ? 'percent escapes that are not UTF-8' : '"%" without two hexadecimal digits behind it';
    throw new BadRequest(`${what} is malformed: ${reason}, at position ${start + Math.max(broken, 0)}`, { cause });
  }
}

/** RFC 3986 2.1 on bytes, in place: returns the decoded front part of `bytes`. */
export function percentDecodeBytes(bytes: Uint8Array): Uint8Array {
  let out = 0;
  for (let i = 0; i < bytes.length; i++, out++) {
    const byte = bytes[i] as number;
    const value = byte === 0x25 ? hexPair(bytes, i + 1) : -1;
    bytes[out] = value === -1 ? byte : value;
    if (value !== -1) i += 2;
  }
  return bytes.subarray(0, out);
}

function hexPair(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}
