/**
 * Marks on views ("exempt from CSRF") and wrapping that keeps them, as Django's functools.wraps does. Any thread.
 */
import type { RouteRate, ViewCache } from '../gateway/contract.ts';
import type { View } from './views/index.ts';

/** Sets a mark. The view must be a function of the caller's own, not one that somebody else uses too. */
export function markView(view: View, mark: symbol): View {
  return Object.defineProperty(view, mark, { value: true });
}

export function isMarked(view: View, mark: symbol): boolean {
  return mark in view;
}

/** Gives `wrapper` the name and the marks of `view`, so that messages and middlewares see what was wrapped. */
export function wrapView<Wrapper extends View>(view: View, wrapper: Wrapper): Wrapper {
  Object.defineProperty(wrapper, 'name', { value: view.name });
  for (const mark of Object.getOwnPropertySymbols(view)) {
    Object.defineProperty(wrapper, mark, Object.getOwnPropertyDescriptor(view, mark) as PropertyDescriptor);
  }
  return wrapper;
}

/** Unlike a mark this does not pass on to what wraps the view: whatever stands before it must be asked for each request. */
const caches = new WeakMap<View, ViewCache>();

/** The front may answer in the place of this view. */
export function setViewCache(view: View, cache: ViewCache): void {
  caches.set(view, cache);
}

export function viewCacheOf(view: View): ViewCache | null {
  return caches.get(view) ?? null;
}

const rates = new WeakMap<View, readonly RouteRate[]>();

/** The front may judge these limits in the place of this view, the outermost first; not passed on either. */
export function setViewRates(view: View, limits: readonly RouteRate[]): void {
  rates.set(view, limits);
}

export function viewRatesOf(view: View): readonly RouteRate[] {
  return rates.get(view) ?? [];
}

const POOL = Symbol('pool');

/** Whose workers run the view; passes on to what wraps it. */
export function setViewPool<Marked extends View>(view: Marked, pool: string): Marked {
  return Object.defineProperty(view, POOL, { value: pool, configurable: true });
}

export function viewPoolOf(view: View): string | null {
  return (view as View & { [POOL]?: string })[POOL] ?? null;
}
