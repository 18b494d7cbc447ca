/**
 * The flattened URLconf of an application: includes joined, names checked, in Django's order. Immutable after load.
 */
import type { RouteEntry, RouteManifest } from '../../gateway/contract.ts';
import { viewCacheOf, viewPoolOf, viewRatesOf } from '../view-marks.ts';
import type { View } from '../views/index.ts';
import { Include, type UrlPattern } from './path.ts';
import type { Segment } from './pattern.ts';
import { Route } from './route.ts';
import { UrlconfError } from './urlconf-error.ts';

export interface Urlconf {
  /** The index is the route id. */
  readonly routes: readonly Route[];
  /** Named routes by full name. */
  readonly byName: ReadonlyMap<string, Route>;
}

interface Prefix {
  pattern: string;
  segments: readonly Segment[];
  namespaces: readonly string[];
  /** Of the innermost include that names one. */
  pool: string | null;
  /** Of the include that names one. */
  host: string | null;
  ratesInFront: boolean;
}

/** Flattens a list of path(), rePath() and include(). `ratesInFront`: whether the front judges rate limits where it can. UrlconfError for names used twice, includes under a rePath() and such. */
export function buildUrlconf(patterns: readonly UrlPattern[], ratesInFront = true): Urlconf {
  const routes: Route[] = [];
  flatten(patterns, { pattern: '', segments: [], namespaces: [], pool: null, host: null, ratesInFront }, routes);
  const byName = new Map<string, Route>();
  for (const route of routes) {
    if (route.name === null) continue;
    const first = byName.get(route.name);
    if (first !== undefined) {
      throw new UrlconfError(
        `the route name '${route.name}' is used twice, by "${first.pattern}" and by "${route.pattern}"; rename one of them, ` +
          'or give one of the includes a namespace',
      );
    }
    byName.set(route.name, route);
  }
  return { routes, byName };
}

/** What the front must know of a URLconf. */
export function toManifest(urlconf: Urlconf, appendSlash: boolean, unmatched: RouteManifest['unmatched']): RouteManifest {
  const routes = urlconf.routes.map((route) => ({
    pattern: route.opaque ? literalPrefix(route.segments) : route.pattern,
    opaque: route.opaque,
    ...(route.host === null ? {} : { host: route.host }),
    methods: route.methods === null ? null : [...route.methods],
    ...cacheOf(route),
    ...(route.rates.length === 0 ? {} : { rates: [...route.rates] }),
    name: route.name,
    view: route.view.name || 'anonymous',
    ...(route.policy === undefined ? {} : { policy: route.policy }),
  }));
  return { routes, appendSlash, unmatched };
}

/** What is matched in JavaScript has no route that the front could know. */
function cacheOf({ opaque, view }: Route): Pick<RouteEntry, 'cache'> {
  const cache = opaque ? null : viewCacheOf(view);
  return cache === null ? {} : { cache };
}

function flatten(patterns: readonly UrlPattern[], prefix: Prefix, routes: Route[]): void {
  for (const entry of patterns) {
    const { matcher, target } = entry;
    const expression = matcher instanceof RegExp ? matcher : null;
    const pattern = prefix.pattern + entry.source;
    const segments = matcher instanceof RegExp ? prefix.segments : joined(prefix.segments, matcher);
    if (target instanceof Include) {
      const namespaces = target.namespace === null ? prefix.namespaces : [...prefix.namespaces, target.namespace];
      flatten(target.patterns, { ...prefix, pattern, segments, namespaces, pool: target.pool ?? prefix.pool, host: hostOf('include()', target.host, prefix.host) }, routes);
      continue;
    }
    const { name, methods } = entry;
    const view = target as View;
    const pool = poolOf(entry, view, prefix.pool, expression !== null);
    const policy = pool === null ? entry.policy : { ...entry.policy, pool };
    const rates = prefix.ratesInFront && expression === null ? viewRatesOf(view) : [];
    routes.push(new Route({ id: routes.length, pattern, segments, expression, name, namespaces: prefix.namespaces, host: hostOf(`"${pattern}"`, entry.host, prefix.host), methods, view, policy, rates }));
  }
}

/** One host for a route: two that differ would leave it to nobody, or hide what the outer one is for. */
function hostOf(what: string, own: string | null, outer: string | null): string | null {
  if (own === null || outer === null || own === outer) return own ?? outer;
  throw new UrlconfError(`${what} is for the host ${own}, inside an include for ${outer}; name the host in one place`);
}

/** The nearest one that is named: by the route, by its view, by an include. */
function poolOf({ source, policy }: UrlPattern, view: View, ofInclude: string | null, opaque: boolean): string | null {
  const pool = policy?.pool ?? viewPoolOf(view) ?? ofInclude;
  if (pool === null || !opaque) return pool;
  throw new UrlconfError(`rePath(${JSON.stringify(source)}): it would run in the pool "${pool}", which is chosen by the front, and the front cannot decide expressions; use path()`);
}

/** Neighbouring literals become one, so that a literal prefix is one segment. */
function joined(head: readonly Segment[], tail: readonly Segment[]): Segment[] {
  const last = head.at(-1);
  const first = tail[0];
  if (typeof last !== 'string' || typeof first !== 'string') return [...head, ...tail];
  return [...head.slice(0, -1), last + first, ...tail.slice(1)];
}

function literalPrefix(segments: readonly Segment[]): string {
  const first = segments[0];
  return typeof first === 'string' ? first : '';
}
