/**
 * The shipped context processors, after Django's. Each says what it gives, so templates that do not read it pay nothing, where
 * the engine can tell; and what costs something, or changes something when it is read, happens at the reading with every engine.
 */
import type { Request } from '../../http/request.ts';
import { csrfToken } from '../csrf/index.ts';
import { activeTranslations, getLanguage, isRightToLeft } from '../i18n/index.ts';
import { getMessages } from '../messages/index.ts';
import { cspNonce } from '../middleware/index.ts';
import { staticIntegrity, staticUrl } from '../static/index.ts';
import { reverse } from '../urls/index.ts';
import { type ContextProcessor, provides } from './context.ts';

/** A text that is made when it is printed first. */
class LazyText {
  readonly #make: () => string;
  #text: string | undefined;

  constructor(make: () => string) {
    this.#make = make;
  }

  toString(): string {
    return (this.#text ??= this.#make());
  }

  toJSON(): string {
    return this.toString();
  }
}

/** `request`. */
export const requestContext: ContextProcessor = provides(['request'], function request(request: Request) {
  return { request };
});

/** `csrf_token`, for a hidden field "csrfmiddlewaretoken". The cookie is set when it is printed. Needs csrf(). */
export const csrfContext: ContextProcessor = provides(['csrf_token'], function csrf(request: Request) {
  return { csrf_token: new LazyText(() => csrfToken(request)) };
});

/** `messages`, which count as shown once the template loops over them. Needs messages(). */
export const messagesContext: ContextProcessor = provides(['messages'], function messages(request: Request) {
  const list = getMessages(request);
  return list instanceof Promise ? list.then((ready) => ({ messages: ready })) : { messages: list };
});

/** `csp_nonce`, for <script nonce="...">. Only pages that print it have a nonce in their policy. Needs securityHeaders(). */
export const cspContext: ContextProcessor = provides(['csp_nonce'], function csp(request: Request) {
  return { csp_nonce: new LazyText(() => cspNonce(request)) };
});

/** `static(name)` and `integrity(name)`, for engines that do not bring them. */
export const staticContext: ContextProcessor = provides(['static', 'integrity'], function staticFiles() {
  return { static: staticUrl, integrity: staticIntegrity };
});

/** `url(name, params)`, for engines that do not bring it. */
export const urlContext: ContextProcessor = provides(['url'], function url() {
  return { url: reverse };
});

/** `LANGUAGES` (pairs of code and name), `LANGUAGE_CODE` and `LANGUAGE_BIDI`: written from right to left. */
export const i18nContext: ContextProcessor = provides(['LANGUAGES', 'LANGUAGE_CODE', 'LANGUAGE_BIDI'], function i18n() {
  const code = getLanguage();
  return {
    LANGUAGES: (activeTranslations()?.languages ?? []).map((language) => [language.code, language.name]),
    LANGUAGE_CODE: code,
    LANGUAGE_BIDI: isRightToLeft(code),
  };
});

/** `settings`: these values, for every template. */
export function settingsContext(values: Readonly<Record<string, unknown>>): ContextProcessor {
  const given = { settings: Object.freeze({ ...values }) };
  return provides(['settings'], function settings() {
    return given;
  });
}
