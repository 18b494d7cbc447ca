import { BROWSER_FIELDS } from '../apps/browser-fields.mjs';
import { TEXT } from '../apps/content.mjs';

/** Eleven request fields of a browser; the view reads one and answers its value. */
export default {
  title: '11 request fields, the view reads one',
  kind: 'rate',
  app: 'fields',
  servers: ['fastserve', 'fastserve-direct', 'uws', 'node-http', 'fastify', 'floor'],
  path: '/fields',
  fields: BROWSER_FIELDS,
  connections: 64,
  expect: () => ({ type: TEXT, body: BROWSER_FIELDS['Accept-Language'] }),
};
