/**
 * Three async middlewares and an async view, in the onion form of Koa and Django, over a plain context object. Servers that
 * bring no middleware of their own (node:http, uWebSockets.js, fastserve's raw gateway) run this chain; Fastify has hooks.
 *
 * context: { field(name): string | undefined, locale, session, frameOptions, result }
 */
import { profile } from './content.mjs';

const MIDDLEWARES = [
  /** Adds a response field on the way out, as Django's XFrameOptionsMiddleware does. */
  async function frameOptions(context, next) {
    await next();
    context.frameOptions = 'DENY';
  },
  /** Reads the first request field. */
  async function locale(context, next) {
    context.locale = firstLanguage(context.field('accept-language'));
    await next();
  },
  /** Reads the second. */
  async function session(context, next) {
    context.session = sessionOf(context.field('cookie'));
    await next();
  },
];

async function view(context) {
  context.result = profile(context.locale, context.session);
}

/** Built once: runs the chain over a context. */
export const runChain = MIDDLEWARES.reduceRight((next, middleware) => (context) => middleware(context, () => next(context)), view);

/** "en-GB,en;q=0.8" → "en-GB" */
export function firstLanguage(value) {
  if (value === undefined || value === '') return 'en';
  const end = value.search(/[,;]/);
  return end < 0 ? value : value.slice(0, end);
}

/** Value of the cookie "session", "" without one. */
export function sessionOf(cookie) {
  const at = cookie === undefined ? -1 : cookie.indexOf('session=');
  if (at < 0) return '';
  const end = cookie.indexOf(';', at);
  return cookie.slice(at + 8, end < 0 ? undefined : end);
}
