/** The public API of fastserve. Re-exports only; each group names the folder that it comes from. */

// src/pipeline: applications, in Django's layers.
export {
  type AppOptions,
  type ContextProcessor,
  defineApp,
  type ErrorHandler,
  type ErrorHandlers,
  type Include,
  include,
  type Method,
  type Middleware,
  type Next,
  type NunjucksOptions,
  nunjucks,
  type PathParams,
  type PipelineApplication,
  path,
  type Reverse,
  ReverseError,
  type ReverseOptions,
  type ReverseParams,
  rePath,
  render,
  reverse,
  type RouteOptions,
  StaticUrlError,
  staticIntegrity,
  staticUrl,
  type TemplateEngine,
  type TemplateEnvironment,
  TemplateError,
  UrlconfError,
  type UrlPattern,
  type View,
  type ViewResult,
} from './pipeline/index.ts';

// src/http: requests and responses.
export {
  BadRequest,
  type CookieOptions,
  empty,
  type FileOptions,
  file,
  type HeadersInit,
  HttpError,
  type HttpErrorOptions,
  html,
  json,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  PermissionDenied,
  QueryParams,
  redirect,
  Request,
  RequestHeaders,
  type RequestState,
  type ResolverMatch,
  Response,
  ResponseHeaders,
  type ResponseInit,
  type RouteParams,
  stream,
  text,
  UnsupportedMediaType,
} from './http/index.ts';

// src/gateway: the server↔application contract, other forms of application, and running one without a server.
export { type FetchHandler, type FetchInfo } from './gateway/adapters/fetch.ts';
export { gateway } from './gateway/adapters/raw.ts';
export {
  defineHead,
  type FlatFields,
  type GatewayBody,
  type GatewayRequest,
  type Head,
  type RawApplication,
  type Respond,
  type ResponseBody,
  type StaticBody,
} from './gateway/contract.ts';
export { AlreadyAnsweredError, BodyAbortedError, BodyTooLargeError, RequestAbortedError, RequestExpiredError } from './gateway/errors.ts';
export { type InjectRequest, inject } from './gateway/inject.ts';
export { type InjectedHeaders, type InjectedResponse } from './gateway/injected-response.ts';

export { staticBody } from './gateway/static-body.ts';

// src/errors.ts: what configuration and start-up throw.
export { ConfigError, type ConfigProblem, type ErrorCode, FastServeError } from './errors.ts';

// src/config and src/supervisor: running a server.
export {
  type CacheRuleConfig,
  type CompressConfig,
  type CompressLevelsConfig,
  type Config,
  type Duration,
  defineConfig,
  type HstsConfig,
  type LimitsConfig,
  type ListenConfig,
  type LogConfig,
  type Size,
  type SniConfig,
  type StaticConfig,
  type TimeoutsConfig,
  type TlsConfig,
} from './config/types.ts';
export { serve } from './supervisor/serve.ts';
export { type FastServer } from './supervisor/server.ts';
