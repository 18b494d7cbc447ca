/**
 * Finds the route of a request. Usually the front has done it and this only converts the parameters; where the front could
 * not (opaque routes, inject()) the whole URLconf is walked here with the same outcome as native/route would give.
 *
 * DESIGN: the order of the URLconf decides (Django). An entry whose path matches and whose methods do not is passed over; when
 * no later entry takes the method either, the answer is 405 with the methods of all of them, or 204 for OPTIONS.
 */
import { type GatewayRequest, ROUTE_UNMATCHED } from '../../gateway/contract.ts';
import { hostName } from '../../http/hosts.ts';
import type { RouteParams } from '../../http/request/route-match.ts';
import { METHODS } from './path.ts';
import type { Route } from './route.ts';

export type Resolution =
  | { readonly kind: 'route'; readonly route: Route; readonly params: RouteParams }
  /** A route matches the path, none the method. `allow` is the value of Allow; 204 for OPTIONS, else 405. */
  | { readonly kind: 'method'; readonly allow: string }
  /** The path with "/" behind it matches. */
  | { readonly kind: 'slash'; readonly location: string }
  | { readonly kind: 'none' };

const NONE: Resolution = Object.freeze({ kind: 'none' });

/** Resolves by the front's decision, or here when it left that open. Never throws. */
export function resolve(routes: readonly Route[], request: GatewayRequest, appendSlash: boolean): Resolution {
  const routeId = request.routeId;
  if (routeId === ROUTE_UNMATCHED) return NONE;
  if (routeId >= 0) {
    const route = routes[routeId];
    const params = route?.paramsOf(request);
    // An integer beyond 2^53 has no value here; a later entry may take the path.
    if (route !== undefined && params !== undefined) return { kind: 'route', route, params };
  }
  return resolvePath(routes, request.method, request.path, request.query, appendSlash, request.authority);
}

/** Resolves a decoded path ("/blog/2024/") in JavaScript. */
export function resolvePath(
  routes: readonly Route[],
  method: string,
  path: string,
  query: string,
  appendSlash: boolean,
  authority = '',
): Resolution {
  if (!path.startsWith('/')) return NONE;
  const relative = path.slice(1);
  const here = routesFor(routes, authority);
  const allowed = new Set<string>();
  for (const route of here) {
    const params = route.match(relative);
    if (params === undefined) continue;
    if (route.allows(method)) return { kind: 'route', route, params };
    for (const allowedMethod of route.methods ?? []) allowed.add(allowedMethod);
  }
  if (allowed.size > 0) return { kind: 'method', allow: formatAllow(allowed) };
  const withSlash = `${relative}/`;
  if (appendSlash && !path.endsWith('/') && here.some((route) => route.match(withSlash) !== undefined)) {
    return { kind: 'slash', location: locationOf(`/${withSlash}`, query) };
  }
  return NONE;
}

/** Those that are there for this host. */
function routesFor(routes: readonly Route[], authority: string): readonly Route[] {
  if (routes.every(({ host }) => host === null)) return routes;
  const name = hostName(authority);
  return routes.filter((route) => route.serves(name));
}

/** OPTIONS is always allowed: where no entry takes it, it is answered with the list. */
function formatAllow(methods: ReadonlySet<string>): string {
  return METHODS.filter((method) => method === 'OPTIONS' || methods.has(method)).join(', ');
}

/** A second slash at the front would name another host (RFC 3986 4.2), so it is encoded. */
function locationOf(path: string, query: string): string {
  const encoded = encodePath(path).replace(/^\/\//, '/%2F');
  return query === '' ? encoded : `${encoded}?${query}`;
}

/** Percent-encodes a decoded path; "/" and the characters that a path may hold stay (RFC 3986 3.3). */
export function encodePath(path: string): string {
  return encodeURIComponent(path).replace(/%(?:2F|3A|40|26|3D|2B|24|2C|3B)/g, (escape) => decodeURIComponent(escape));
}
