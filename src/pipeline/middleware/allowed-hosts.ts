/**
 * allowedHosts(): the host check of Django's ALLOWED_HOSTS, for an application that must not rely on the server's configuration. The
 * front makes it before anything of the application is answered, files and stored pages included; under inject() the layer does.
 */
import { HttpError } from '../../http/errors.ts';
import { hostMatcher, hostName, isHostPattern } from '../../http/hosts.ts';
import { refuse, shown } from '../check-options.ts';
import type { Middleware } from './chain.ts';

/**
 * 421 (RFC 9110 15.5.20) for requests to other hosts: "example.org", or "*.example.org" for all names below it. Ports do not
 * count. A request without a host (HTTP/1.0) is refused. FastServeError (FS_APP) for a pattern that fits nothing.
 */
export function allowedHosts(hosts: readonly string[]): Middleware {
  if (!Array.isArray(hosts) || hosts.length === 0) refuse('allowedHosts()', 'expected a list of hosts such as ["example.org"]');
  const patterns = hosts.map((host) => String(host).toLowerCase());
  const wrong = patterns.find((pattern) => !isHostPattern(pattern));
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
