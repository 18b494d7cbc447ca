/**
 * common(): one address for each page, after Django's CommonMiddleware. The slash at the end of a path is not here: the URLconf
 * knows which paths want one, and the server redirects to it (`appendSlash` of defineApp()).
 */
import { PermissionDenied } from '../../http/errors.ts';
import type { Request } from '../../http/request.ts';
import { Response } from '../../http/response.ts';
import { pathAndQuery } from '../../http/request/url.ts';
import { checkChoice, checkKeys, refuse, shown } from '../check-options.ts';
import { hostName } from '../../http/hosts.ts';
import type { Middleware } from './chain.ts';

/** What common() takes. */
export interface CommonOptions {
  /** Redirect "example.org" to "www.example.org" ('add') or the other way round ('remove'), files too. Default: neither. */
  www?: 'add' | 'remove';
  /** 403 for user agents that match one of these. */
  disallowedUserAgents?: readonly RegExp[];
}

const CALL = 'common()';

/** Redirects and refusals for all pages. FastServeError (FS_APP) for wrong options. */
export function common(options: CommonOptions): Middleware {
  checkKeys(CALL, options, ['www', 'disallowedUserAgents']);
  const { www, disallowedUserAgents = [] } = options;
  checkChoice(CALL, 'www', www, ['add', 'remove', undefined]);
  const wrong = disallowedUserAgents.find((pattern) => !(pattern instanceof RegExp) || /[gy]/.test(pattern.flags));
  if (wrong !== undefined) refuse(CALL, `disallowedUserAgents holds ${shown(String(wrong))}; expected regular expressions without the flags g and y`);
  let lastRight = '';
  const layer: Middleware = function common(request, next) {
    if (disallowedUserAgents.length > 0) refuseAgent(request, disallowedUserAgents);
    const { host } = request;
    if (www === undefined || host === lastRight) return next();
    const other = otherHost(host, www);
    if (other !== null) return redirectTo(request, other);
    lastRight = host;
    return next();
  };
  return www === undefined ? layer : Object.assign(layer, { front: { www } });
}

function refuseAgent(request: Request, patterns: readonly RegExp[]): void {
  const agent = request.headers.get('user-agent');
  if (agent !== undefined && patterns.some((pattern) => pattern.test(agent))) throw new PermissionDenied();
}

/** The authority to go to; null when this is it. Addresses and names of one label have no "www". */
function otherHost(authority: string, www: 'add' | 'remove'): string | null {
  const name = hostName(authority);
  if (!/\.[a-z]/.test(name)) return null;
  const has = name.startsWith('www.');
  if (www === 'add') return has ? null : `www.${authority}`;
  return has && name.indexOf('.', 'www.'.length) !== -1 ? authority.slice('www.'.length) : null;
}

/** 308 keeps method and content (RFC 9110 15.4.9). */
function redirectTo(request: Request, host: string): Response {
  const status = request.method === 'GET' || request.method === 'HEAD' ? 301 : 308;
  return new Response(null, { status, headers: [['location', `${request.scheme}://${host}${pathAndQuery(request.target)}`]] });
}
