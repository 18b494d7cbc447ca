/** Fastify with eta in place of nunjucks. */
import fastify from './fastify.mjs';

export default { ...fastify, title: 'Fastify + eta', start: (options) => fastify.start({ ...options, engine: 'eta' }) };
