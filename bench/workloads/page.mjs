import { fileURLToPath } from 'node:url';
import { HTML, pageContext } from '../apps/content.mjs';
import { createRenderer } from '../apps/render.mjs';

const TEMPLATES = fileURLToPath(new URL('../apps/templates', import.meta.url));

/** A page with inheritance and a table of 20 rows. fastserve runs its pipeline with its own engine; peers call nunjucks, which gives the same bytes. */
export default {
  title: 'Rendered page (inheritance, 20 rows; peers with nunjucks)',
  kind: 'rate',
  app: 'page',
  servers: ['fastserve', 'uws', 'node-http', 'fastify'],
  path: '/page',
  connections: 64,
  expect: () => ({ type: HTML, body: createRenderer(TEMPLATES)('page.html', pageContext()) }),
};
