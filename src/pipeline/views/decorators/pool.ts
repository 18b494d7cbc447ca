/** The decorator that says whose workers run a view. */
import { refuse } from '../../check-options.ts';
import { setViewPool, wrapView } from '../../view-marks.ts';
import type { View } from '../view.ts';

/**
 * The view runs in this pool of the configuration (`pools`), unless its route says another; it goes before that of an include.
 * FastServeError (FS_APP) for what is no name.
 */
export function runInPool<Params extends object>(pool: string, view: View<Params>): View<Params> {
  if (typeof pool !== 'string' || pool === '') refuse('runInPool()', 'expected the name of a pool, such as "reports"');
  const inner = view as View;
  return setViewPool(wrapView(inner, ((request, params) => inner(request, params)) as View), pool) as View<Params>;
}
