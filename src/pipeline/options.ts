/**
 * What defineApp() takes, and the check of it: mistakes are found when the application is loaded, with the key and the fix.
 */
import { FastServeError } from '../errors.ts';
import { type ContentLimits, limitsProblem } from '../http/content/limits.ts';
import { secretKeyProblem } from '../signing/index.ts';
import type { ContextProcessor } from './context/index.ts';
import type { ErrorHandlers } from './error-response.ts';
import { type I18nOptions, resolveI18n } from './i18n/index.ts';
import type { Middleware } from './middleware/index.ts';
import type { TemplateEngine } from './templates/index.ts';
import type { UrlPattern } from './urls/index.ts';

/** What an application is made of: defineApp({ urls, ... }). Only `urls` is required. */
export interface AppOptions {
  /** The URLconf: path(), rePath() and include() in order; the first that matches decides. */
  urls: readonly UrlPattern[];
  /** Layers around every view, the outermost first. */
  middleware?: readonly Middleware[];
  /** For render(): templates({ directory }), another engine's adapter, or an engine of your own. */
  templates?: TemplateEngine;
  /** Names for every template. */
  contextProcessors?: readonly ContextProcessor[];
  /** Pages for errors, by status. */
  errorHandlers?: ErrorHandlers;
  /** Languages and their catalogues, for gettext(), {% translate %} and locale(). Without it nothing is translated. */
  i18n?: I18nOptions;
  /** Redirect "/blog" to "/blog/" when only that matches. true by default. */
  appendSlash?: boolean;
  /**
   * Who answers paths that nothing matches: the front with a constant page ('native') or the application, through its
   * middlewares ('application', the default with an error handler for 404).
   */
  unmatched?: 'native' | 'application';
  /**
   * Signs cookies and whatever request.signer() is used for: 32 random characters or more, the same in every process, and not
   * in the source: process.env.SECRET_KEY. Needed by request.signer(), signed cookies, and cookieStore() and messages() without a
   * key of their own.
   */
  secretKey?: string | undefined;
  /** Earlier secret keys: what they signed is still accepted. */
  secretKeyFallbacks?: readonly string[];
  /** How much request content views read; see ContentLimits for the defaults. */
  content?: Partial<ContentLimits>;
  /** 400 where a view or middleware reads cookies and one is malformed (RFC 6265 4.2.1). false by default: it is passed over. */
  strictCookies?: boolean;
  /** Where uploaded files are kept until their request has been answered; the system's temporary directory by default. */
  uploadDirectory?: string;
  /** Runs once before the first request; a failure fails the start. */
  onStart?: () => void | Promise<void>;
  /** Runs once after the last request. */
  onStop?: () => void | Promise<void>;
}

type Check = (value: unknown) => string | undefined;

const CHECKS: Readonly<Record<keyof AppOptions, Check>> = {
  urls: (value) => (Array.isArray(value) ? undefined : 'an array of path(...)'),
  middleware: functions('middleware'),
  templates: (value) => (typeof (value as TemplateEngine | null)?.render === 'function' ? undefined : 'a template engine such as templates({ directory })'),
  contextProcessors: functions('contextProcessors'),
  errorHandlers: checkErrorHandlers,
  i18n: (value) => {
    resolveI18n(value as I18nOptions);
    return undefined;
  },
  appendSlash: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  unmatched: (value) => (value === 'native' || value === 'application' ? undefined : "'native' or 'application'"),
  secretKey: checkSecretKey,
  secretKeyFallbacks: checkFallbacks,
  content: (value) => {
    if (typeof value !== 'object' || value === null) return 'an object of limits, such as { fileBytes: 10_000_000 }';
    const problem = limitsProblem(value);
    if (problem !== undefined) fail(`content.${problem}`);
    return undefined;
  },
  strictCookies: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  uploadDirectory: (value) => (typeof value === 'string' && value !== '' ? undefined : 'the path of a directory'),
  onStart: (value) => (typeof value === 'function' ? undefined : 'a function'),
  onStop: (value) => (typeof value === 'function' ? undefined : 'a function'),
};

/** FastServeError (FS_APP) for the first option that is unknown or wrong. */
export function checkAppOptions(options: AppOptions): void {
  if (typeof options !== 'object' || options === null) fail(`expected an object such as { urls: [...] }, got ${kindOf(options)}`);
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(CHECKS, key)) fail(`unknown option '${key}'; expected one of ${Object.keys(CHECKS).join(', ')}`);
  }
  for (const [key, check] of Object.entries(CHECKS) as [keyof AppOptions, Check][]) {
    const value = options[key];
    if (value === undefined && key !== 'urls') continue;
    const expected = check(value);
    if (expected !== undefined) fail(`${key} is ${kindOf(value)}; expected ${expected}`);
  }
  if (options.secretKeyFallbacks !== undefined && options.secretKey === undefined) {
    fail('secretKeyFallbacks is given without secretKey; is its environment variable set?');
  }
  checkSigners(options);
  checkTranslators(options);
}

/** Middlewares that sign with the application's key find out now that there is none, not with the first visitor. */
function checkSigners({ middleware = [], secretKey }: AppOptions): void {
  if (secretKey !== undefined) return;
  const call = middleware.find(({ needsSecretKey }) => needsSecretKey !== undefined)?.needsSecretKey;
  if (call !== undefined) {
    fail(`${call} signs with the application's secret key, and there is none; give secretKey: process.env.SECRET_KEY (is the variable set?), or a key to ${call} itself`);
  }
}

function checkTranslators({ middleware = [], i18n }: AppOptions): void {
  const call = i18n === undefined ? middleware.find(({ needsTranslations }) => needsTranslations !== undefined)?.needsTranslations : undefined;
  if (call !== undefined) fail(`${call} chooses among the languages of the application, and there are none; give i18n: { directory, languages }`);
}

function functions(key: string): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'an array of functions';
    const wrong = value.findIndex((entry) => typeof entry !== 'function');
    if (wrong !== -1) fail(`${key}[${wrong}] is ${kindOf(value[wrong])}; expected a function`);
    return undefined;
  };
}

/** The messages of secret keys must not show them, so they are not left to kindOf(). */
function checkSecretKey(value: unknown): undefined {
  const problem = secretKeyProblem(value);
  if (problem !== undefined) fail(`secretKey ${problem}`);
}

function checkFallbacks(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'an array of earlier secret keys';
  for (const [index, key] of value.entries()) {
    const problem = secretKeyProblem(key);
    if (problem !== undefined) fail(`secretKeyFallbacks[${index}] ${problem}`);
  }
  return undefined;
}

function checkErrorHandlers(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'an object of functions by status, such as { 404: notFound }';
  for (const [status, handler] of Object.entries(value)) {
    if (!/^[45]\d\d$/.test(status)) fail(`errorHandlers has the key '${status}'; expected a status from 400 to 599`);
    if (typeof handler !== 'function') fail(`errorHandlers[${status}] is ${kindOf(handler)}; expected a function`);
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `${typeof value} ${String(value).slice(0, 40)}`;
}

function fail(message: string): never {
  throw new FastServeError('FS_APP', `defineApp(): ${message}`);
}
