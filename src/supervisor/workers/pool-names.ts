/** Whether the pools that routes name are there. A leaf of this folder. */
import { FastServeError } from '../../errors.ts';
import type { RouteManifest } from '../../gateway/contract.ts';
import { suggest } from '../../nearest.ts';

/** FastServeError FS_APP naming the first route that asks for a pool which is none of these. */
export function checkPools(manifest: RouteManifest | null, pools: readonly { readonly name: string }[]): void {
  const names = pools.map(({ name }) => name);
  for (const { pattern, policy } of manifest?.routes ?? []) {
    const wanted = policy?.pool;
    if (wanted === undefined || names.includes(wanted)) continue;
    const near = suggest(wanted, names);
    const fix = near === undefined ? `Add it to "pools" of the configuration, or choose one of ${names.join(', ')}.` : `Did you mean "${near}"? The pools are ${names.join(', ')}.`;
    throw new FastServeError('FS_APP', `the route "/${pattern}" asks for the pool "${wanted}", and there is none of that name. ${fix}`);
  }
}
