/** Decorators about caches, after django.views.decorators.cache and .vary. */
import { type CacheDirectives, formatDirectives } from '../../cache-directives.ts';
import { checkChoice } from '../../check-options.ts';
import { addVary } from '../../middleware/index.ts';
import type { View } from '../view.ts';
import { afterView } from './after.ts';

/** Sets Cache-Control: cacheControl({ public: true, maxAge: 300 }, view). FastServeError (FS_APP) for wrong directives. */
export function cacheControl<Params extends object>(directives: CacheDirectives, view: View<Params>): View<Params> {
  const value = formatDirectives('cacheControl()', directives);
  return afterView(view, (response) => {
    response.headers.set('cache-control', value);
    return response;
  });
}

/** Nobody keeps the answer. */
export function neverCache<Params extends object>(view: View<Params>): View<Params> {
  return cacheControl({ private: true, noCache: true, noStore: true, mustRevalidate: true, maxAge: 0 }, view);
}

/** Adds names of request fields to Vary. */
export function varyOn<Params extends object>(names: readonly string[], view: View<Params>): View<Params> {
  checkChoice('varyOn()', 'the list of names', Array.isArray(names), [true]);
  return afterView(view, (response) => {
    for (const name of names) addVary(response, name);
    return response;
  });
}
