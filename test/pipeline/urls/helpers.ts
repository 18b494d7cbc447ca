/** Shared by the tests of the URL layer. */
import { buildUrlconf } from '../../../src/pipeline/urls/urlconf.ts';
import type { UrlPattern } from '../../../src/pipeline/urls/index.ts';
import { type Resolution, resolvePath } from '../../../src/pipeline/urls/resolver.ts';

export const view = (): string => 'ok';

/** Resolves in JavaScript, with the slash appended where that helps. */
export function find(patterns: UrlPattern[], path: string, method = 'GET', query = ''): Resolution {
  return resolvePath(buildUrlconf(patterns).routes, method, path, query, true);
}

/** The name of the route that takes the path, or the kind of outcome. */
export function outcome(patterns: UrlPattern[], path: string, method = 'GET'): string | null {
  const resolution = find(patterns, path, method);
  return resolution.kind === 'route' ? resolution.route.name : resolution.kind;
}
