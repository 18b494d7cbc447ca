/**
 * allowedHosts(): the host check of Django's ALLOWED_HOSTS, for an application that must not rely on the server's configuration. The
 * front makes it before anything of the application is answered, files and stored pages included; under inject() the layer does.
 */
import { HttpError } from '../../http/errors.ts';
import { refuse, shown } from '../check-options.ts';
import type { Middleware } from './chain.ts';

const PATTERN = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/;

/**
 * 421 (RFC 9110 15.5.20) for requests to other hosts: "example.org", or "*.example.org" for all names below it. Ports do not
 * count. A request without a host (HTTP/1.0) is refused. FastServeError (FS_APP) for a pattern that fits nothing.
 */
export function allowedHosts(hosts: readonly string[]): Middleware {
  if (!Array.isArray(hosts) || hosts.length === 0) refuse('allowedHosts()', 'expected a list of hosts such as ["example.org"]');
  const patterns = hosts.map((host) => String(host).toLowerCase());
  const wrong = patterns.find((pattern) => !PATTERN.test(pattern));
  if (wrong !== undefined) refuse('allowedHosts()', `got ${shown(wrong)}; expected "example.org", "*.example.org" or "[::1]", without port`);
  const matches = hostMatcher(patterns);
  let lastAllowed = '';
  const layer: Middleware = function allowedHosts(request, next) {
    const { host } = request;
    if (host === '' || host !== lastAllowed) {
      if (!matches(hostName(host))) throw new HttpError(421);
      lastAllowed = host;
    }
    return next();
  };
  return Object.assign(layer, { front: { hosts: patterns } });
}

/** Tells whether a lower-case name fits one of the patterns. */
export function hostMatcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  return (name) => exact.has(name) || endings.some((ending) => name.length > ending.length && name.endsWith(ending));
}

/** The host of an authority in lower case: without port and without the dot of a fully qualified name. */
export function hostName(authority: string): string {
  const colon = authority.lastIndexOf(':');
  const host = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority;
  return (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase();
}
