/** Decorators that refuse methods, after django.views.decorators.http. `methods` of path() does the same in the front. */
import { MethodNotAllowed } from '../../../http/errors.ts';
import { checkChoice, refuse } from '../../check-options.ts';
import { METHODS, type Method } from '../../urls/index.ts';
import { wrapView } from '../../view-marks.ts';
import type { View } from '../view.ts';

/** 405 for other methods. GET does not bring HEAD along. FastServeError (FS_APP) for something that is no method. */
export function requireMethods<Params extends object>(methods: readonly Method[], view: View<Params>): View<Params> {
  if (!Array.isArray(methods) || methods.length === 0) refuse('requireMethods()', "expected a list such as ['GET', 'POST']");
  for (const method of methods) checkChoice('requireMethods()', 'a method', method, METHODS);
  const allowed = new Set<string>(methods);
  const allow = methods.join(', ');
  return wrapView(view as View, ((request, params: Params) => {
    if (!allowed.has(request.method)) throw new MethodNotAllowed(allow);
    return view(request, params);
  }) as View) as View<Params>;
}

/** 405 for everything but GET. */
export function requireGet<Params extends object>(view: View<Params>): View<Params> {
  return requireMethods(['GET'], view);
}

/** 405 for everything but POST. */
export function requirePost<Params extends object>(view: View<Params>): View<Params> {
  return requireMethods(['POST'], view);
}

/** GET and HEAD. */
export function requireSafe<Params extends object>(view: View<Params>): View<Params> {
  return requireMethods(['GET', 'HEAD'], view);
}
