/** The face of the template layer. */
export type { EarlierChecks } from './checks.ts';
export { type RenderedTemplate, type TemplateEngine, type TemplateEnvironment, TemplateError } from './engine.ts';
export { type EtaOptions, eta } from './eta.ts';
export { TemplatePage } from './gathered-page.ts';
export { type NunjucksOptions, nunjucks } from './nunjucks.ts';
export { render } from './render.ts';
export type { TagCall } from './runtime/custom-tag.ts';
export { markSafe, SafeString } from './runtime/safe-string.ts';
export { type CustomTag, type Templates, type TemplatesOptions, templates } from './templates.ts';
export { messagesOfTemplate } from './messages.ts';
