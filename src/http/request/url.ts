/**
 * The effective URL of a request (RFC 9110 7.1). Any thread.
 */
import type { GatewayRequest } from '../../gateway/contract.ts';
import { BadRequest } from '../errors.ts';

/** Path and query of the target as sent: the absolute form loses scheme and authority, the asterisk form is "/" (RFC 9112 3.2). */
export function pathAndQuery(target: string): string {
  if (target.startsWith('/')) return target;
  const scheme = target.indexOf('://');
  if (scheme === -1) return '/';
  const rest = target.slice(scheme + 3);
  const start = rest.search(/[/?]/);
  if (start === -1) return '/';
  return rest[start] === '/' ? rest.slice(start) : `/${rest.slice(start)}`;
}

/** Absolute URL as text. A request without authority (HTTP/1.0) is given the host "localhost". */
export function absoluteUrl(request: GatewayRequest): string {
  return `${request.scheme}://${request.authority === '' ? 'localhost' : request.authority}${pathAndQuery(request.target)}`;
}

/** The same, parsed; 400 when the authority is none that a URL can have (a port of 99999). */
export function parsedUrl(request: GatewayRequest): URL {
  try {
    return new URL(absoluteUrl(request));
  } catch (cause) {
    throw new BadRequest('The host of the request is not valid', { cause });
  }
}
