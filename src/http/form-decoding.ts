/**
 * Decoding of application/x-www-form-urlencoded text (WHATWG URL 5.1), which query strings share. Bytes from the client:
 * nothing here throws; broken escapes stay as they are and broken UTF-8 becomes U+FFFD.
 */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes "%XX" in text; a "%" without two hex digits stays. Linear in the length of the text. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return UTF8.decode(percentDecodeBytes(Buffer.from(text, 'utf8')));
  }
}

/** Calls visit for each pair of a query string or form, in order. Returns false as soon as there are more than maxPairs. */
export function parseUrlEncoded(text: string, maxPairs: number, visit: (name: string, value: string) => void): boolean {
  let count = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    if (end > start) {
      if (++count > maxPairs) return false;
      const equals = text.indexOf('=', start);
      const split = equals === -1 || equals > end ? end : equals;
      visit(decodeComponent(text.slice(start, split)), decodeComponent(text.slice(split + 1, end)));
    }
    start = end + 1;
  }
  return true;
}

function decodeComponent(text: string): string {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text);
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
