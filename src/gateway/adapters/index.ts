/**
 * From what a module exports to the form that the gateway runs. Runs when an application is loaded.
 */
import type { GatewayApplication } from '../contract.ts';
import { adaptFetch, isFetchHandler } from './fetch.ts';
import { adaptNode, isNodeApplication } from './node.ts';
import { adaptPipeline, isPipelineApplication } from './pipeline.ts';
import { adaptRaw, isRawApplication } from './raw.ts';
import { isValidatedApplication, validated } from '../validator/validator.ts';

const EXPECTED =
  'expected an application: defineApp({ ... }), a fetch handler { fetch(request) { ... } }, gateway((request, respond) => { ... }), ' +
  'a Node listener (request, response) => { ... }, or an Express, Koa, Fastify or Hono application';

/**
 * Recognises the form of an application: pipeline, fetch handler (Hono too), raw, then Node listener (Express, Koa and
 * Fastify too). moduleName is for messages ("app.ts"). TypeError with what was found and what to export instead.
 */
export function adaptApplication(exported: unknown, moduleName = 'the application'): GatewayApplication {
  if (isValidatedApplication(exported)) return validated(adaptApplication(exported.application, moduleName), exported.onViolation);
  if (isPipelineApplication(exported)) return adaptPipeline(exported);
  if (isFetchHandler(exported)) return adaptFetch(exported);
  if (isRawApplication(exported)) return adaptRaw(exported);
  if (isNodeApplication(exported)) return adaptNode(exported);
  throw new TypeError(explain(exported, moduleName));
}

function explain(exported: unknown, moduleName: string): string {
  if (exported === undefined) return `${moduleName} has no default export; ${EXPECTED}`;
  if (typeof exported === 'function') {
    return (
      `${moduleName}: the default export is the function '${exported.name || 'anonymous'}' with ${exported.length} parameters, and which form of ` +
      'application that is cannot be told. Export a fetch handler as export default { fetch(request) { ... } }; ' +
      'a Node listener with both its parameters (request, response), or as export default nodeListener(...); ' +
      'the raw form as export default gateway((request, respond) => { ... })'
    );
  }
  if (exported instanceof Promise) return `${moduleName}: the default export is a promise. Await it: export default await ...`;
  return `${moduleName}: the default export is ${describe(exported)}; ${EXPECTED}`;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array; is it the URLconf? wrap it in defineApp({ urls })';
  if (typeof value !== 'object') return `of type ${typeof value}`;
  const keys = Object.keys(value).slice(0, 8);
  return keys.length === 0 ? 'an object without properties' : `an object with the properties ${keys.join(', ')}`;
}
