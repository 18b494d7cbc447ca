/** The face of the pipeline. */
export { type AppOptions } from './options.ts';
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
export { type View, type ViewResult } from './views/index.ts';
