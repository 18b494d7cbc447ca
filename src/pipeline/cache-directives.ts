/** Cache-Control (RFC 9111 5.2.2) from options. Any thread. */
import { checkKeys, checkNumber, refuse } from './check-options.ts';

/** Cache-Control (RFC 9111 5.2) as an object. Times are seconds. */
export interface CacheDirectives {
  /** Seconds for every cache. */
  maxAge?: number;
  /** Seconds for shared caches. */
  sMaxAge?: number;
  /** Seconds in which a stale answer may be used while a new one is fetched (RFC 5861). */
  staleWhileRevalidate?: number;
  /** Seconds in which a stale answer may be used when there is no new one (RFC 5861). */
  staleIfError?: number;
  public?: boolean;
  private?: boolean;
  noCache?: boolean;
  noStore?: boolean;
  noTransform?: boolean;
  mustRevalidate?: boolean;
  proxyRevalidate?: boolean;
  immutable?: boolean;
}

const SECONDS = ['maxAge', 'sMaxAge', 'staleWhileRevalidate', 'staleIfError'] as const;
const FLAGS = ['public', 'private', 'noCache', 'noStore', 'noTransform', 'mustRevalidate', 'proxyRevalidate', 'immutable'] as const;

/** The field value. FastServeError (FS_APP) for directives that are unknown, wrong, none at all, or contradict each other. */
export function formatDirectives(call: string, directives: CacheDirectives): string {
  checkKeys(call, directives, [...SECONDS, ...FLAGS]);
  if (directives.public === true && directives.private === true) refuse(call, 'public and private exclude each other');
  const parts: string[] = FLAGS.filter((name) => directives[name] === true).map(dashed);
  for (const name of SECONDS) {
    const seconds = directives[name];
    if (seconds === undefined) continue;
    checkNumber(call, name, seconds, 0);
    parts.push(`${dashed(name)}=${seconds}`);
  }
  if (parts.length === 0) refuse(call, 'no directive is given; expected something such as { maxAge: 60 }');
  return parts.join(', ');
}

/** "sMaxAge" → "s-maxage", "noCache" → "no-cache". */
function dashed(name: string): string {
  return name.replace('MaxAge', '-maxage').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
