/**
 * Faults of a URLconf that compile: routes that no request reaches. The router itself is asked, with paths made up for each
 * pattern.
 */
import type { RouteEntry, RouteManifest } from '../gateway/contract.ts';
import type { NativeServer } from '../native/binding.ts';
import type { Mount } from '../config/types.ts';

const PARAMETER = /<(?:([a-z]+):)?([A-Za-z_]\w*)>/g;
/** Texts that each converter takes, as different from each other as it allows. */
const SAMPLES: Record<string, readonly string[]> = {
  int: ['7', '4096'],
  str: ['x.y', 'Zz~1', '7'],
  slug: ['a-b', 'x_9', '7'],
  uuid: ['0189f3c2-7b1e-4a5d-9c3f-2b6a8d4e1f07'],
  path: ['a/b.c', 'x'],
};

/** One sentence for each; none when there is nothing to say. */
export function routeWarnings({ routes }: RouteManifest, mounts: readonly Mount[], front: NativeServer): string[] {
  return routes.flatMap((route, index) => unreachable(route, index, routes, mounts, front));
}

/** Paths that a pattern matches; one for each sample, the same in all parameters. */
export function samplePaths(pattern: string): string[] {
  const count = Math.max(1, ...[...pattern.matchAll(PARAMETER)].map(([, converter = 'str']) => SAMPLES[converter]?.length ?? 1));
  const paths = Array.from({ length: count }, (_, turn) => {
    return `/${pattern.replace(PARAMETER, (_match, converter: string | undefined) => {
      const samples = SAMPLES[converter ?? 'str'] ?? ['x'];
      return samples[turn % samples.length] as string;
    })}`;
  });
  return [...new Set(paths)];
}

/** A route is reached when one sample leads to it; regular expressions are not asked about. */
function unreachable(route: RouteEntry, index: number, routes: readonly RouteEntry[], mounts: readonly Mount[], front: NativeServer): string[] {
  if (route.opaque) return [];
  const method = route.methods?.[0] ?? 'GET';
  const takers = samplePaths(route.pattern).map((path) => takerOf(front, method, sampleHost(route), path, index));
  if (takers.some((taker) => taker === null)) return [];
  const [first] = takers;
  if (first === null || first === undefined) return [];
  const { kind, at } = first;
  if (kind === 'proxied') return [`${shownRoute(route)} is never reached: proxy[${at}] takes everything below its prefix. Narrow that prefix, or move the route.`];
  if (kind === 'mount') return [`${shownRoute(route)} is never reached: static[${at}] (${mounts[at]?.prefix}) answers everything below its prefix. Set fallthrough: true there, or move the route.`];
  const earlier = routes[at];
  return earlier === undefined ? [] : [`${shownRoute(route)} is never reached: ${shownRoute(earlier)} comes first and takes its paths. Put it before that one, or make the pattern narrower.`];
}

/** Who else answers the path; null when it is the route itself, or when only running it would tell. */
function takerOf(front: NativeServer, method: string, host: string, path: string, route: number): { kind: 'mount' | 'proxied' | 'view'; at: number } | null {
  const steps = front.planRoute(method, host, encodeURI(path));
  const last = steps.at(-1);
  if (last?.kind === 'mount' || last?.kind === 'proxied') return { kind: last.kind, at: last.index };
  if (last?.kind === 'view' && last.index !== route) return { kind: 'view', at: last.index };
  return null;
}

/** One that the route is for. */
function sampleHost({ host = 'localhost' }: RouteEntry): string {
  return host.replace(/^\*/, 'any');
}

function shownRoute({ pattern, methods, host = '' }: RouteEntry): string {
  return `${methods === null ? '' : `${methods.join(', ')} `}"${host}/${pattern}"`;
}
