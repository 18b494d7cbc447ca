/**
 * Set-Cookie values (RFC 6265 4.1, RFC 6265bis for SameSite, Partitioned and name prefixes). Everything is checked: a bad
 * attribute is a TypeError that names it, never a cookie that user agents drop in silence. Any thread.
 */
import { TOKEN } from '../token.ts';

/** Attributes of a cookie that an answer sets (RFC 6265 4.1.2). */
export interface CookieOptions {
  /** Seconds to live, an integer; 0 or less deletes. Absent: until the user agent ends its session. */
  maxAge?: number;
  expires?: Date;
  /** "/" by default. */
  path?: string;
  domain?: string;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: 'strict' | 'lax' | 'none';
  /** Kept apart for each top-level site; requires secure. */
  partitioned?: boolean;
}

const DOMAIN = /^\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/;
/** RFC 6265bis 5.6: user agents drop cookies that are longer, name and value together. */
const MAX_BYTES = 4096;
const KNOWN = new Set(['maxAge', 'expires', 'path', 'domain', 'secure', 'httpOnly', 'sameSite', 'partitioned']);
const SAME_SITE: Readonly<Record<string, string>> = { strict: 'Strict', lax: 'Lax', none: 'None' };

/** The field value for one cookie. The value is percent-encoded where it must be; request.cookies decodes it. */
export function formatCookie(name: string, value: string, options: CookieOptions = {}): string {
  check(name, options);
  const { maxAge, expires, path = '/', domain, secure, httpOnly, sameSite, partitioned } = options;
  const encoded = encodeURIComponent(value);
  demand(name.length + encoded.length <= MAX_BYTES, name, `name and value have more than ${MAX_BYTES} bytes; keep the data on the server`);
  let cookie = `${name}=${encoded}; Path=${path}`;
  if (domain !== undefined) cookie += `; Domain=${domain}`;
  if (maxAge !== undefined) cookie += `; Max-Age=${maxAge}`;
  if (expires !== undefined) cookie += `; Expires=${expires.toUTCString()}`;
  if (httpOnly === true) cookie += '; HttpOnly';
  if (secure === true) cookie += '; Secure';
  if (sameSite !== undefined) cookie += `; SameSite=${SAME_SITE[sameSite]}`;
  if (partitioned === true) cookie += '; Partitioned';
  return cookie;
}

function check(name: string, options: CookieOptions): void {
  const { maxAge, expires, path, domain, secure, sameSite, partitioned } = options;
  demand(TOKEN.test(name), name, 'the name must be a token (letters, digits and !#$%&\'*+-.^_`|~)');
  for (const key of Object.keys(options)) demand(KNOWN.has(key), name, `unknown attribute '${key}'`);
  demand(maxAge === undefined || Number.isSafeInteger(maxAge), name, 'maxAge must be whole seconds');
  demand(expires === undefined || isValidDate(expires), name, 'expires must be a valid Date');
  demand(path === undefined || PATH.test(path), name, 'path must begin with "/" and hold no ";" or control character');
  demand(domain === undefined || DOMAIN.test(domain), name, `domain '${String(domain)}' is not a host name`);
  demand(sameSite === undefined || Object.hasOwn(SAME_SITE, sameSite), name, "sameSite must be 'strict', 'lax' or 'none'");
  demand(sameSite !== 'none' || secure === true, name, "sameSite 'none' requires secure: true");
  demand(partitioned !== true || secure === true, name, 'partitioned requires secure: true');
  checkPrefix(name, options);
}

/** RFC 6265bis 4.1.3: user agents refuse prefixed cookies that break these rules. */
function checkPrefix(name: string, options: CookieOptions): void {
  const lower = name.toLowerCase();
  const host = lower.startsWith('__host-');
  if (!host && !lower.startsWith('__secure-')) return;
  demand(options.secure === true, name, 'its prefix requires secure: true');
  demand(!host || options.domain === undefined, name, 'the prefix __Host- forbids domain');
  demand(!host || (options.path ?? '/') === '/', name, 'the prefix __Host- requires path "/"');
}

function isValidDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function demand(condition: boolean, name: string, rule: string): void {
  if (!condition) throw new TypeError(`setCookie(${JSON.stringify(name)}): ${rule}`);
}
