/** csrfExempt(): views that take requests of other sites, such as webhooks. */
import { markView, isMarked, wrapView } from '../view-marks.ts';
import type { View } from '../views/index.ts';

const EXEMPT: unique symbol = Symbol.for('fastserve.csrfExempt');

/** The view without the CSRF check. It must know by other means who asks: a signature, a token of its own. */
export function csrfExempt<Params extends object>(view: View<Params>): View<Params> {
  const exempt: View<Params> = (request, params) => view(request, params);
  return markView(wrapView(view as View, exempt as View), EXEMPT) as View<Params>;
}

export function isExempt(view: View): boolean {
  return isMarked(view, EXEMPT);
}
