/** loginRequired(): views for those who are logged in (auth/login.ts). */
import { HttpError } from '../../../http/errors.ts';
import { pathAndQuery } from '../../../http/request/url.ts';
import { redirect } from '../../../http/response/helpers.ts';
import { getUserId } from '../../auth/index.ts';
import { checkKeys, refuse, shown } from '../../check-options.ts';
import { wrapView } from '../../view-marks.ts';
import type { View } from '../view.ts';

/** What loginRequired() does with those who are not logged in. */
export interface LoginOptions {
  /** Where others are sent, with the address in ?next=. Without it they get 403, as a script wants it. */
  loginUrl?: string;
  /** Name of the query parameter. Default: "next". */
  nextParameter?: string;
}

/** The view for those who are logged in. FastServeError (FS_APP) for wrong options. */
export function loginRequired<Params extends object>(options: LoginOptions, view: View<Params>): View<Params> {
  checkKeys('loginRequired()', options, ['loginUrl', 'nextParameter']);
  const { loginUrl, nextParameter = 'next' } = options;
  if (loginUrl !== undefined && !/^(?:\/(?!\/)|https?:\/\/)/.test(loginUrl)) refuse('loginRequired()', `loginUrl is ${shown(loginUrl)}; expected a path or an http(s) URL`);
  const wrapper: View<Params> = async (request, params) => {
    if ((await getUserId(request)) !== undefined) return view(request, params);
    if (loginUrl === undefined) throw new HttpError(403, 'You must be logged in');
    const next = encodeURIComponent(pathAndQuery(request.target));
    return redirect(`${loginUrl}${loginUrl.includes('?') ? '&' : '?'}${nextParameter}=${next}`);
  };
  return wrapView(view as View, wrapper as View) as View<Params>;
}

/**
 * The place that ?next= names, when it is a path of this site; `fallback` otherwise. Anything else would let somebody send people
 * from your log-in page to theirs.
 */
export function safeNext(next: string | undefined, fallback: string): string {
  // Browsers read "\" as "/" and leave out control characters (WHATWG URL 4.4).
  return next !== undefined && /^\/(?![/\\])[^\\\x00-\x1f\x7f]*$/.test(next) ? next : fallback;
}
