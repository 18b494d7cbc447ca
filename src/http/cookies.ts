/**
 * Cookies of a request (RFC 6265 4.2, 5.4). Bytes from the client: nothing here throws.
 */
import { percentDecode } from './form-decoding.ts';

/**
 * Parses the value of Cookie. Of two cookies with one name the first wins: user agents send the one with the longer path
 * first. Values lose their quotes and percent escapes (setCookie makes them).
 */
export function parseCookies(field: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (field === undefined) return cookies;
  for (let start = 0; start < field.length; ) {
    let end = field.indexOf(';', start);
    if (end === -1) end = field.length;
    const pair = field.slice(start, end);
    const equals = pair.indexOf('=');
    const name = trimmed(pair.slice(0, Math.max(equals, 0)));
    if (name !== '' && !cookies.has(name)) cookies.set(name, percentDecode(unquote(trimmed(pair.slice(equals + 1)))));
    start = field.charCodeAt(end + 1) === BLANK ? end + 2 : end + 1;
  }
  return cookies;
}

const BLANK = 0x20;
const DOUBLE_QUOTE = 0x22;

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
