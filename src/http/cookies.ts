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
  for (const pair of field.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, percentDecode(unquote(pair.slice(equals + 1).trim())));
  }
  return cookies;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
