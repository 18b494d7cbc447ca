/**
 * Fastify as its documentation advises for speed: a response schema where JSON is sent, hooks for middlewares, logging off,
 * @fastify/static for files.
 */
import { existsSync } from 'node:fs';
import { BODY_256K, BYTES, HELLO, HTML, JSON_TYPE, TEXT, pageContext, profile } from '../apps/content.mjs';
import { SECURITY_FIELDS, fullContext, requestHalf, weakTag } from '../apps/full-page-parts.mjs';
import * as gate from '../apps/gate.mjs';
import { firstLanguage, sessionOf } from '../apps/middlewares.mjs';

/** application → (app, options): adds its routes */
const ROUTES = {
  hello: (app) => app.get('/hello', (_request, reply) => reply.type(TEXT).send(HELLO)),
  fields: (app) => app.get('/fields', (request, reply) => reply.type(TEXT).send(request.headers['accept-language'])),
  json: jsonRoutes,
  'json-plain': (app) => app.get('/json-plain', { schema: { response: { 200: PROFILE_SCHEMA } } }, (_request, reply) => reply.type(JSON_TYPE).send(profile('en-GB', 'none'))),
  post: (app) => app.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    .post('/post', (request, reply) => reply.type(TEXT).send(String(request.body.length))),
  page: pageRoutes,
  'full-page': fullPageRoutes,
  'body-256k': (app) => app.get('/*', (_request, reply) => reply.type(BYTES).send(BODY_256K)),
  inflight: gateRoutes,
  files: fileRoutes,
};

const PROFILE_SCHEMA = {
  type: 'object',
  properties: {
    message: { type: 'string' },
    locale: { type: 'string' },
    session: { type: 'string' },
    items: { type: 'array', items: { type: 'integer' } },
    next: { type: 'null' },
  },
};

export default {
  title: 'Fastify',
  unavailable: () => (existsSync(new URL('../node_modules/fastify', import.meta.url)) ? null : 'not installed: run "npm ci" in bench/'),
  async start(options) {
    const { default: fastify } = await import('fastify');
    const app = fastify({ logger: false, keepAliveTimeout: 600_000 });
    await ROUTES[options.app](app, options);
    await app.listen({ host: '127.0.0.1', port: 0, backlog: 4096 });
    return { port: app.server.address().port };
  },
};

function jsonRoutes(app) {
  app.decorateRequest('locale', '').decorateRequest('session', '');
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-frame-options', 'DENY');
  });
  app.addHook('onRequest', async (request) => {
    request.locale = firstLanguage(request.headers['accept-language']);
  });
  app.addHook('onRequest', async (request) => {
    request.session = sessionOf(request.headers.cookie);
  });
  app.get('/json', { schema: { response: { 200: PROFILE_SCHEMA } } }, async (request, reply) => {
    reply.type(JSON_TYPE);
    return profile(request.locale, request.session);
  });
}

async function pageRoutes(app, { templates }) {
  const { createRenderer } = await import('../apps/render.mjs');
  const render = createRenderer(templates);
  app.get('/page', (_request, reply) => reply.type(HTML).send(render('page.html', pageContext())));
}

/** Hooks for the middlewares; nunjucks, or eta where `engine` says so. */
async function fullPageRoutes(app, { templates, etaTemplates, engine }) {
  const { createEtaRenderer, createRenderer } = await import('../apps/render.mjs');
  const render = engine === 'eta' ? await createEtaRenderer(etaTemplates) : createRenderer(templates);
  app.decorateRequest('state', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.state = requestHalf((name) => request.headers[name]);
    done();
  });
  app.addHook('onSend', (request, reply, html, done) => {
    for (const [name, value] of SECURITY_FIELDS) reply.header(name, value);
    reply.header('x-request-id', request.state.id);
    done(null, html);
  });
  app.addHook('onSend', (request, reply, html, done) => {
    const tag = weakTag(html);
    reply.header('etag', tag);
    if (request.headers['if-none-match'] !== tag) return done(null, html);
    reply.code(304);
    return done(null, '');
  });
  app.get('/page', (request, reply) => reply.type(HTML).send(render('page.html', fullContext(request.state))));
}

function gateRoutes(app) {
  app.get('/gate', (_request, reply) => gate.wait(() => reply.type(TEXT).send(HELLO)));
  app.get('/gate/count', (_request, reply) => reply.type(TEXT).send(String(gate.waitingCount())));
  app.get('/gate/open', (_request, reply) => {
    gate.open();
    reply.type(TEXT).send('open');
  });
}

async function fileRoutes(app, { root }) {
  const { default: files } = await import('@fastify/static');
  await app.register(files, { root, prefix: '/static/' });
}
