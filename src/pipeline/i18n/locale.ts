/**
 * locale(): the language of a request, after Django's LocaleMiddleware. The path decides where its first segment is a language and
 * `urlPrefix` is on, then the cookie that setLanguage() sets, then Accept-Language, then the default.
 */
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { TOKEN } from '../../http/token.ts';
import { checkChoice, checkKeys, checkNumber, refuse, shown } from '../check-options.ts';
import { addVary, type Middleware, onResponse } from '../middleware/index.ts';
import { lookUp, negotiate } from './language-tags.ts';
import { activeTranslations, overrideLanguage, type Translations } from './translations.ts';

/** What locale() takes. */
export interface LocaleOptions {
  /** The cookie with the choice of the visitor; false: there is none, and pages do not vary by cookies. Default: "language". */
  cookieName?: string | false;
  /** Default: a year. */
  cookieMaxAgeSeconds?: number;
  /** A language as the first segment of the path decides: "/de/about/". Default: false. */
  urlPrefix?: boolean;
}

/** What locale() knows of a request, for setLanguage(). */
export interface RequestLocale {
  readonly cookieName: string | false;
  readonly cookieMaxAgeSeconds: number;
  readonly urlPrefix: boolean;
}

const CALL = 'locale()';
const STATE_KEY = 'fastserve.locale';
const YEAR_S = 365 * 24 * 3600;
/** Clients of a site send few different fields; hostile ones must not fill the memory. */
const MAX_REMEMBERED = 200;

/** Chooses the language of each request. Needs `i18n` of defineApp(). FastServeError (FS_APP) for wrong options. */
export function locale(options: LocaleOptions = {}): Middleware {
  const settings = settingsOf(options);
  const preferred = rememberingNegotiator();
  const layer: Middleware = function locale(request, next) {
    const translations = activeTranslations();
    if (translations === null) throw new Error('locale(): this application has no translations');
    request.state[STATE_KEY] = settings;
    const prefixed = settings.urlPrefix ? languageOfPath(translations, request.path) : undefined;
    const language = prefixed ?? chosenBefore(translations, request, settings) ?? preferred(translations, request);
    return onResponse(
      overrideLanguage(language, () => next()),
      (response) => finish(response, language, prefixed === undefined, settings),
    );
  };
  return Object.assign(layer, { needsTranslations: CALL });
}

/** What locale() has settled for a request. Error without locale() among the middlewares. */
export function localeOf(request: Request, call: string): RequestLocale {
  const found = request.state[STATE_KEY] as RequestLocale | undefined;
  if (found === undefined) throw new Error(`${call}: locale() is not among the middlewares, or comes after this one`);
  return found;
}

/** A path in another language, where its first segment is one: "/en/about/" is "/de/about/". Other paths stay. */
export function pathInLanguage(translations: Translations, path: string, language: string): string {
  return languageOfPath(translations, path) === undefined ? path : path.replace(/^\/[^/?#]+/, `/${language}`);
}

function settingsOf(options: LocaleOptions): RequestLocale {
  checkKeys(CALL, options, ['cookieName', 'cookieMaxAgeSeconds', 'urlPrefix']);
  const { cookieName = 'language', cookieMaxAgeSeconds = YEAR_S, urlPrefix = false } = options;
  if (cookieName !== false && (typeof cookieName !== 'string' || !TOKEN.test(cookieName))) refuse(CALL, `cookieName is ${shown(cookieName)}; expected letters, digits and "-", or false`);
  checkNumber(CALL, 'cookieMaxAgeSeconds', cookieMaxAgeSeconds, 1);
  checkChoice(CALL, 'urlPrefix', urlPrefix, [true, false]);
  return { cookieName, cookieMaxAgeSeconds, urlPrefix };
}

/** Exactly one of the languages: "/de-CH/" is no page of a site that has "de" alone. */
function languageOfPath({ table }: Translations, path: string): string | undefined {
  const segment = /^\/([a-z]{2,8}(?:-[a-z0-9]{1,8})*)(?=[/?#]|$)/i.exec(path)?.[1];
  return segment === undefined ? undefined : table.get(segment.toLowerCase());
}

/** The cookie is the client's word: what is none of the languages does not count. */
function chosenBefore({ table }: Translations, request: Request, { cookieName }: RequestLocale): string | undefined {
  const value = cookieName === false ? undefined : request.cookie(cookieName);
  return value === undefined || value.length > 35 ? undefined : lookUp(table, value);
}

/** The language for Accept-Language, remembered by the field's text for as long as the same translations are in force. */
function rememberingNegotiator(): (translations: Translations, request: Request) => string {
  const remembered = new Map<string, string>();
  let of: Translations | null = null;
  return (translations, request) => {
    const field = request.headers.get('accept-language');
    if (field === undefined) return translations.defaultLanguage;
    if (of !== translations || remembered.size >= MAX_REMEMBERED) remembered.clear();
    of = translations;
    const known = remembered.get(field);
    if (known !== undefined) return known;
    const language = negotiate(translations.table, field) ?? translations.defaultLanguage;
    if (field.length <= 200) remembered.set(field, language);
    return language;
  };
}

/** Content-Language (RFC 9110 8.5), and by what the answer would be another one (12.5.5). */
function finish(response: Response, language: string, isNegotiated: boolean, { cookieName }: RequestLocale): Response {
  if (isNegotiated) {
    addVary(response, 'Accept-Language');
    if (cookieName !== false) addVary(response, 'Cookie');
  }
  if (!response.headers.has('content-language')) response.headers.set('content-language', language);
  return response;
}
