/** Which file a reference means: from the URL in a stylesheet to a file of one of the mounts. Pure. */
import type { Mount } from '../config/types.ts';
import { suggestName } from '../nearest.ts';
import type { Asset } from './find.ts';

/** Files by mount and name. */
export type AssetIndex = readonly ReadonlyMap<string, Asset>[];

export type Resolution =
  /** Another site, a fragment, an application's path: none of ours. */
  | { kind: 'outside' }
  | { kind: 'file'; asset: Asset }
  /** `reason` is a sentence. */
  | { kind: 'missing'; reason: string };

const OUTSIDE: Resolution = { kind: 'outside' };

/**
 * Resolves `url` as a browser would that has loaded `from` (RFC 3986 5). A relative reference must mean a file of a mount that is
 * built; an absolute path may also belong to the application, where its mount lets misses fall through.
 */
export function resolveReference(url: string, from: Asset, mounts: readonly Mount[], index: AssetIndex): Resolution {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|[?#]|$)/i.test(url)) return OUTSIDE;
  const own = mounts[from.mount] as Mount;
  const path = pathOf(url, own.prefix + from.name);
  if (path === undefined) return { kind: 'missing', reason: 'it is no valid URL' };
  const mountIndex = mountOf(path, own, mounts);
  const mount = mounts[mountIndex];
  const files = index[mountIndex];
  if (mount === undefined || files === undefined) return OUTSIDE;
  const name = path.slice(mount.prefix.length);
  const asset = files.get(name);
  if (asset !== undefined) return { kind: 'file', asset };
  if (url.startsWith('/') && mount.fallthrough) return OUTSIDE;
  const near = suggestName(name, files.keys());
  return { kind: 'missing', reason: `there is no file "${name}" in ${mount.root}${near === undefined ? '' : `; the nearest name is "${near}"`}` };
}

/** The URL with another last segment: the rest stays as it was written. */
export function withLastSegment(url: string, segment: string): string {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  const encoded = encodeURIComponent(segment).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return path.slice(0, path.lastIndexOf('/') + 1) + encoded + url.slice(path.length);
}

/** The decoded path that a browser would ask for; undefined when there is none. */
function pathOf(url: string, basePath: string): string | undefined {
  try {
    const base = new URL(`http://localhost${basePath.split('/').map(encodeURIComponent).join('/')}`);
    return decodeURIComponent(new URL(url, base).pathname);
  } catch {
    return undefined;
  }
}

/** The mount that the server would choose for a request to the same host: the longest prefix. -1 for none. */
function mountOf(path: string, own: Mount, mounts: readonly Mount[]): number {
  let found = -1;
  for (const [index, { prefix, host, internal }] of mounts.entries()) {
    if (internal || !path.startsWith(prefix) || (host !== '' && host !== own.host)) continue;
    const best = mounts[found];
    if (best === undefined || prefix.length > best.prefix.length || (prefix.length === best.prefix.length && host !== '')) found = index;
  }
  return found;
}
