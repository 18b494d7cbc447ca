/** The face of the pipeline. */
export { type AppOptions } from './options.ts';
export { cache } from './response-cache.ts';
export { defineApp, PIPELINE_BRAND, PipelineApplication } from './application.ts';
export { type ContextProcessor } from './context/index.ts';
export { type ErrorHandler, type ErrorHandlers } from './error-response.ts';
export { type Middleware, type Next } from './middleware/index.ts';
export { StaticUrlError, staticIntegrity, staticUrl } from './static/index.ts';
export {
  type CustomTag,
  type EtaOptions,
  eta,
  markSafe,
  type NunjucksOptions,
  nunjucks,
  type RenderedTemplate,
  render,
  SafeString,
  type TagCall,
  type TemplateEngine,
  type TemplateEnvironment,
  TemplateError,
  TemplatePage,
  type Templates,
  type TemplatesOptions,
  templates,
} from './templates/index.ts';
export {
  type Include,
  include,
  type Method,
  type PathParams,
  path,
  type Reverse,
  ReverseError,
  type ReverseOptions,
  type ReverseParams,
  rePath,
  reverse,
  type RouteOptions,
  UrlconfError,
  type UrlPattern,
} from './urls/index.ts';
export { after, type AfterTask } from './after.ts';
export { type SharedSetOptions, SharedValues, sharedValues, type SharedValuesOptions } from './shared-values.ts';
export type { RequestErrorMessage, RequestFinishMessage, RequestStartMessage } from './signals.ts';
export { View, type ViewResult } from './views/index.ts';

// What ships with the pipeline.
export { getUserId, login, logout } from './auth/index.ts';
export { type CacheDirectives } from './cache-directives.ts';
export {
  cspContext,
  csrfContext,
  i18nContext,
  messagesContext,
  type NamesReader,
  provides,
  requestContext,
  settingsContext,
  staticContext,
  urlContext,
} from './context/index.ts';
export { CsrfError, type CsrfOptions, csrf, csrfExempt, csrfToken, rotateCsrfToken } from './csrf/index.ts';
export {
  bindForm,
  emptyForm,
  FormState,
  type FormField,
  type FormInputs,
  type InputOf,
  type InputSchemas,
  type Issue,
  parseForm,
  type StandardSchema,
  type Validated,
  ValidationError,
  validate,
  validated,
  validBody,
  validParams,
  validQuery,
} from './forms/index.ts';
export {
  getLanguage,
  gettext,
  gettextLazy,
  gettextNoop,
  type I18nOptions,
  LazyTranslation,
  locale,
  type LocaleOptions,
  type MessageValues,
  ngettext,
  ngettextLazy,
  npgettext,
  npgettextLazy,
  overrideLanguage,
  pgettext,
  pgettextLazy,
} from './i18n/index.ts';
export { addMessage, getMessages, type Message, type MessageLevel, MessageList, messages, type MessagesOptions } from './messages/index.ts';
export {
  allowedHosts,
  type CommonOptions,
  common,
  conditionalGet,
  type CspDirectives,
  cspNonce,
  defaultCacheControl,
  type FrontPart,
  getRequestId,
  type MiddlewareHooks,
  measure,
  NONCE,
  type RequestIdOptions,
  requestId,
  type SecurityOptions,
  securityFields,
  securityHeaders,
  serverTiming,
  type TemplateResponse,
  withHooks,
} from './middleware/index.ts';
export { type CountedSource, InvalidPage, Page, Paginator, type PaginatorOptions, type Source } from './pagination/index.ts';
export {
  type CookieStoreOptions,
  cookieStore,
  type FileStoreOptions,
  fileStore,
  getSession,
  memoryStore,
  type RequestStore,
  Session,
  type SessionExpiry,
  type SessionOptions,
  type SessionStore,
  type StoredSession,
  sessions,
} from './sessions/index.ts';
export {
  type Attributes,
  cacheControl,
  cachePage,
  type CachePageOptions,
  clientNetwork,
  type ConditionSources,
  conditional,
  DetailView,
  FormView,
  getListOr404,
  getObjectOr404,
  ListView,
  type LoginOptions,
  loginRequired,
  neverCache,
  PageView,
  type RateLimitOptions,
  RedirectView,
  rateLimit,
  redirectTo,
  requireGet,
  requireMethods,
  requirePost,
  requireSafe,
  runInPool,
  safeNext,
  setLanguage,
  TemplateView,
  varyOn,
} from './views/index.ts';
