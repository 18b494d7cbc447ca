/** The face of the template layer. */
export { type TemplateEngine, type TemplateEnvironment, TemplateError } from './engine.ts';
export { type NunjucksOptions, nunjucks } from './nunjucks.ts';
export { render } from './render.ts';
