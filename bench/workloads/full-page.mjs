import { fileURLToPath } from 'node:url';
import { BROWSER_FIELDS } from '../apps/browser-fields.mjs';
import { HTML } from '../apps/content.mjs';
import { fullContext, requestHalf } from '../apps/full-page-parts.mjs';
import { createRenderer } from '../apps/render.mjs';

const TEMPLATES = fileURLToPath(new URL('../apps/templates', import.meta.url));

/**
 * A page as sites serve them: three request middlewares, a session by cookie, a view, a context processor, an inherited template
 * with 20 rows, two response middlewares. Engines differ in white space and in how they write an apostrophe, so texts are compared.
 */
export default {
  title: 'Full page: middlewares, session, context processor, template (uWebSockets.js with eta, Express with nunjucks)',
  kind: 'rate',
  app: 'full-page',
  servers: ['fastserve', 'uws', 'fastify-eta', 'fastify', 'express', 'django'],
  path: '/page',
  fields: BROWSER_FIELDS,
  connections: 64,
  comparesText: true,
  expect() {
    const request = requestHalf((name) => ({ cookie: BROWSER_FIELDS.Cookie, 'accept-language': BROWSER_FIELDS['Accept-Language'] })[name]);
    return { type: HTML, body: createRenderer(TEMPLATES)('page.html', fullContext(request)) };
  },
};
