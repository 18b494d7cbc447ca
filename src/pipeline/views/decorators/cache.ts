/** Decorators about caches, after django.views.decorators.cache and .vary. */
import { isCacheTag } from '../../../gateway/cache-tags.ts';
import { matchOf, type Request } from '../../../http/request.ts';
import { type CacheDirectives, formatDirectives } from '../../cache-directives.ts';
import { checkChoice, checkKeys, checkNumber, refuse, shown } from '../../check-options.ts';
import { addVary } from '../../middleware/index.ts';
import { setViewCache } from '../../view-marks.ts';
import type { View } from '../view.ts';
import { afterView } from './after.ts';

/**
 * Sets Cache-Control: cacheControl({ public: true, maxAge: 300 }, view). With sMaxAge, which speaks to shared caches, the
 * server stores the answer too, as cachePage() does. FastServeError (FS_APP) for wrong directives.
 */
export function cacheControl<Params extends object>(directives: CacheDirectives, view: View<Params>): View<Params> {
  const value = formatDirectives('cacheControl()', directives);
  const wrapped = afterView(view, (response) => {
    response.headers.set('cache-control', value);
    return response;
  });
  if (directives.sMaxAge !== undefined) setViewCache(wrapped as View, { staleWhileRevalidate: 0, staleIfError: 0 });
  return wrapped;
}

/** How answers of a view are kept, beside for how long. */
export interface CachePageOptions<Params extends object = Record<string, any>> {
  /** Names by which cache.purge({ tag }) forgets the answer: printable ASCII without blanks. */
  tags?: readonly string[] | ((request: Request, params: Params) => readonly string[]);
  /** Request fields that the answer depends on. */
  vary?: readonly string[];
  /** Seconds in which a stale answer is used while a new one is made behind the client's back. Default: 0. */
  staleWhileRevalidate?: number;
  /** Seconds in which a stale answer is used when the view fails or no worker can run it. Default: 0. */
  staleIfError?: number;
}

/**
 * The server keeps the view's answers with status 200 for `seconds` and gives them to everybody, without asking a worker:
 * cachePage(60, view), cachePage(60, { tags: ['news'] }, view). Answers that set a cookie, depend on cookies or say private
 * or no-store are not kept. It must be the outermost decorator: what stands before it would not be asked, so under another one
 * nothing is kept. FastServeError (FS_APP) for wrong options.
 */
export function cachePage<Params extends object>(seconds: number, view: View<Params>): View<Params>;
export function cachePage<Params extends object>(seconds: number, options: CachePageOptions<Params>, view: View<Params>): View<Params>;
export function cachePage<Params extends object>(
  seconds: number,
  second: CachePageOptions<Params> | View<Params>,
  third?: View<Params>,
): View<Params> {
  const [options, view] = typeof second === 'function' ? [{}, second] : [second, third as View<Params>];
  checkPageOptions(seconds, options, view);
  const wrapped = afterView(view, (response, request, params) => {
    if (response.status !== 200) return response;
    for (const name of options.vary ?? []) addVary(response, name);
    if (!response.headers.has('cache-control')) response.headers.set('cache-control', `max-age=${seconds}`);
    if (!isAnsweredBy(request, wrapped as View)) return response;
    response.headers.set('x-accel-expires', String(seconds));
    const tags = tagsOf(options, request, params);
    if (tags.length > 0) response.headers.set('surrogate-key', tags.join(' '));
    return response;
  });
  setViewCache(wrapped as View, { staleWhileRevalidate: options.staleWhileRevalidate ?? 0, staleIfError: options.staleIfError ?? 0 });
  return wrapped;
}

function checkPageOptions(seconds: number, options: CachePageOptions<any>, view: unknown): void {
  checkNumber('cachePage()', 'seconds', seconds, 1);
  checkKeys('cachePage()', options, ['tags', 'vary', 'staleWhileRevalidate', 'staleIfError']);
  checkChoice('cachePage()', 'the view', typeof view, ['function']);
  checkNumber('cachePage()', 'staleWhileRevalidate', options.staleWhileRevalidate ?? 0, 0);
  checkNumber('cachePage()', 'staleIfError', options.staleIfError ?? 0, 0);
  if (Array.isArray(options.tags)) checkTags(options.tags);
}

function tagsOf<Params extends object>({ tags = [] }: CachePageOptions<Params>, request: Request, params: Params): readonly string[] {
  if (typeof tags !== 'function') return tags;
  const made = tags(request, params);
  checkTags(made);
  return made;
}

function checkTags(tags: readonly string[]): void {
  const wrong = tags.find((tag) => typeof tag !== 'string' || !isCacheTag(tag));
  if (wrong !== undefined) refuse('cachePage()', `the tag ${shown(wrong)} is not printable ASCII without blanks`);
}

/** Whether the front knows that it may store: fields that only it understands must not reach a client. */
function isAnsweredBy(request: Request, view: View): boolean {
  const route = matchOf(request) as { view?: View; opaque?: boolean } | null;
  return route?.view === view && route.opaque !== true;
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
