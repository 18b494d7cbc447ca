/**
 * Where a request that changes something comes from, by what browsers say about it: Origin (RFC 6454), Sec-Fetch-Site (Fetch
 * Metadata) and, over HTTPS without either, Referer, as Django does. Any thread.
 */
import type { Request } from '../../http/request.ts';
import { refuse, shown } from '../check-options.ts';
import { hostMatcher } from '../../http/hosts.ts';

/** Whether an origin ("https://example.org:8443") may send forms here. */
export type OriginTest = (origin: string) => boolean;

const PATTERN = /^(https?):\/\/((?:\*\.)?(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?)$/;

/** Compiles "https://example.org" and "https://*.example.org". FastServeError (FS_APP) for what is no origin. */
export function compileOrigins(call: string, origins: readonly string[]): OriginTest {
  if (!Array.isArray(origins)) refuse(call, `trustedOrigins is ${shown(origins)}; expected a list such as ["https://example.org"]`);
  const byScheme: Record<string, string[]> = { http: [], https: [] };
  for (const origin of origins) {
    const match = PATTERN.exec(String(origin).toLowerCase());
    if (match === null) refuse(call, `trustedOrigins holds ${shown(origin)}; expected an origin such as "https://example.org" or "https://*.example.org", without path`);
    byScheme[match[1] as string]?.push(match[2] as string);
  }
  const http = hostMatcher(byScheme['http'] ?? []);
  const https = hostMatcher(byScheme['https'] ?? []);
  return (origin) => {
    const [scheme, host] = origin.split('://', 2);
    if (host === undefined) return false;
    return scheme === 'https' ? https(host) : scheme === 'http' && http(host);
  };
}

/** Why the request must be refused; undefined when its source is this site or one that is trusted. */
export function sourceProblem(request: Request, isTrusted: OriginTest): string | undefined {
  const own = `${request.scheme}://${request.host}`.toLowerCase();
  const origin = request.headers.get('origin')?.toLowerCase();
  if (origin !== undefined) {
    if (isTrusted(origin)) return undefined;
    if (stripDefaultPort(origin) !== stripDefaultPort(own)) return 'the Origin of the request is not trusted';
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : 'the request comes from another site';
  if (origin !== undefined || request.scheme !== 'https') return undefined;
  return refererProblem(request.headers.get('referer'), own, isTrusted);
}

function refererProblem(referer: string | undefined, own: string, isTrusted: OriginTest): string | undefined {
  if (referer === undefined) return 'the request says neither Origin nor Referer';
  if (!URL.canParse(referer)) return 'the Referer of the request is not a URL';
  const { origin } = new URL(referer);
  return origin === stripDefaultPort(own) || isTrusted(origin) ? undefined : 'the Referer of the request is not trusted';
}

/** As browsers write origins. */
function stripDefaultPort(origin: string): string {
  if (origin.startsWith('https:')) return origin.endsWith(':443') ? origin.slice(0, -4) : origin;
  return origin.endsWith(':80') ? origin.slice(0, -3) : origin;
}
