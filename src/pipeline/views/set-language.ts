/** setLanguage: the view behind a menu of languages, after Django's set_language. */
import { BadRequest, MethodNotAllowed } from '../../http/errors.ts';
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { redirect } from '../../http/response/helpers.ts';
import { activeTranslations, localeOf, pathInLanguage } from '../i18n/index.ts';
import { safeNext } from './decorators/index.ts';

/**
 * Keeps the language that a form names in its field "language" in the cookie of locale(), and sends the visitor to the path of this site in
 * the field "next", or back to where the form was. POST only, so csrf() protects it. BadRequest for a language that the site has not.
 *
 * @example
 * ```ts
 * path('language/', setLanguage, { name: 'set_language' })
 * ```
 */
export async function setLanguage(request: Request): Promise<Response> {
  if (request.method !== 'POST') throw new MethodNotAllowed('POST');
  const { cookieName, cookieMaxAgeSeconds, urlPrefix } = localeOf(request, 'setLanguage');
  const translations = activeTranslations();
  const form = await request.form();
  const [wanted, next] = [form.get('language'), form.get('next')];
  const language = typeof wanted === 'string' ? translations?.table.get(wanted.toLowerCase()) : undefined;
  if (translations === null || language === undefined) throw new BadRequest('language: expected one of the languages of this site');
  const place = safeNext(typeof next === 'string' && next !== '' ? next : refererPath(request), '/');
  const response = redirect(urlPrefix ? pathInLanguage(translations, place, language) : place, 303);
  if (cookieName === false) return response;
  return response.setCookie(cookieName, language, { maxAge: cookieMaxAgeSeconds, sameSite: 'lax', secure: request.scheme === 'https' });
}

/** Where the visitor comes from, when it is a page of this site. */
function refererPath(request: Request): string | undefined {
  const referer = request.headers.get('referer');
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  const { host, pathname, search } = new URL(referer);
  return host === request.host ? pathname + search : undefined;
}
