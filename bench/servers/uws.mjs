/**
 * uWebSockets.js as its user manual advises: native routes, fields read before the first await (the request lives on the
 * stack), onAborted for whatever answers later, and late answers corked. It has no file serving: its files are bytes held in
 * memory and never looked at again, which is a floor for a file server and not a file server.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BODY_256K, BYTES, HELLO, HTML, JSON_TYPE, TEXT, pageContext, profile } from '../apps/content.mjs';
import { SECURITY_FIELDS, fullContext, requestHalf, weakTag } from '../apps/full-page-parts.mjs';
import { patterns } from '../apps/route-patterns.mjs';
import { burn } from '../apps/burn.mjs';
import * as gate from '../apps/gate.mjs';
import { runChain } from '../apps/middlewares.mjs';
import { prepareUws } from '../uws/prepare.mjs';

/** application → (app, options): adds its routes */
const ROUTES = {
  hello: (app) => app.get('/hello', (response) => text(response, HELLO)),
  fields: (app) => app.get('/fields', (response, request) => text(response, request.getHeader('accept-language'))),
  json: (app) => app.get('/json', jsonHandler),
  page: pageRoutes,
  'full-page': fullPageRoutes,
  'json-plain': (app) => app.get('/json-plain', (response) => response.writeHeader('content-type', JSON_TYPE).end(JSON.stringify(profile('en-GB', 'none')))),
  post: (app) => app.post('/post', countContent),
  'routes-200': (app) => manyRoutes(app, 200),
  'routes-10000': (app) => manyRoutes(app, 10_000),
  'body-256k': (app) => app.get('/*', (response) => response.writeHeader('content-type', BYTES).end(BODY_256K)),
  inflight: gateRoutes,
  files: fileRoutes,
  busy: (app, options) => {
    fileRoutes(app, options);
    app.get('/view', (response) => {
      burn();
      text(response, HELLO);
    });
  },
  spin: (app, options) => {
    fileRoutes(app, options);
    app.get('/spin', () => {
      for (;;);
    });
  },
};

export default {
  title: 'uWebSockets.js',
  unavailable() {
    const found = prepareUws();
    return 'reason' in found ? found.reason : null;
  },
  environment: () => prepareUws().env,
  async start(options) {
    const uws = createRequire(import.meta.url)(prepareUws().binary);
    const app = uws.App();
    await ROUTES[options.app](app, options);
    const port = await new Promise((resolve, reject) => {
      app.listen('127.0.0.1', 0, (socket) => (socket ? resolve(uws.us_socket_local_port(socket)) : reject(new Error('listen failed'))));
    });
    return { port };
  },
};

function text(response, body) {
  response.writeHeader('content-type', TEXT).end(body);
}

function countContent(response) {
  let bytes = 0;
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  response.onData((piece, isLast) => {
    bytes += piece.byteLength;
    if (isLast && !aborted) text(response, String(bytes));
  });
}

function manyRoutes(app, count) {
  const theirs = (base) => [`/${base}:id/`, `/${base}`, `/${base}:id/edit/`, `/${base}:year/:title/`, `/${base}search/:words/`];
  for (const pattern of patterns(count, theirs)) app.get(pattern, (response, request) => text(response, `number ${request.getParameter(0)}`));
}

function jsonHandler(response, request) {
  const fields = { 'accept-language': request.getHeader('accept-language'), cookie: request.getHeader('cookie') };
  const context = { field: (name) => fields[name] };
  let aborted = false;
  response.onAborted(() => {
    aborted = true;
  });
  return runChain(context).then(() => {
    if (aborted) return;
    const body = JSON.stringify(context.result);
    response.cork(() => response.writeHeader('content-type', JSON_TYPE).writeHeader('x-frame-options', context.frameOptions).end(body));
  });
}

async function pageRoutes(app, { templates }) {
  const { createRenderer } = await import('../apps/render.mjs');
  const render = createRenderer(templates);
  app.get('/page', (response) => {
    response.writeHeader('content-type', HTML).end(render('page.html', pageContext()));
  });
}

/** With eta, the fastest engine that it has. What middlewares would do is done in line. */
async function fullPageRoutes(app, { etaTemplates }) {
  const { createEtaRenderer } = await import('../apps/render.mjs');
  const render = await createEtaRenderer(etaTemplates);
  app.get('/page', (response, request) => {
    const state = requestHalf((name) => request.getHeader(name));
    const html = render('page.html', fullContext(state));
    const tag = weakTag(html);
    if (request.getHeader('if-none-match') === tag) return response.writeStatus('304 Not Modified').writeHeader('etag', tag).endWithoutBody();
    response.writeHeader('content-type', HTML).writeHeader('x-request-id', state.id).writeHeader('etag', tag);
    for (const [name, value] of SECURITY_FIELDS) response.writeHeader(name, value);
    return response.end(html);
  });
}

function gateRoutes(app) {
  app.get('/gate', (response) => {
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    gate.wait(() => aborted || response.cork(() => text(response, HELLO)));
  });
  app.get('/gate/count', (response) => text(response, String(gate.waitingCount())));
  app.get('/gate/open', (response) => {
    gate.open();
    text(response, 'open');
  });
}

function fileRoutes(app, { root }) {
  for (const name of ['1k.bin', '64k.bin']) {
    const body = readFileSync(join(root, name));
    app.get(`/static/${name}`, (response) => response.writeHeader('content-type', BYTES).end(body));
  }
}
