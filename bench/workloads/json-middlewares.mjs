import { BROWSER_FIELDS } from '../apps/browser-fields.mjs';
import { JSON_TYPE, profile } from '../apps/content.mjs';
import { firstLanguage, sessionOf } from '../apps/middlewares.mjs';

/** What an API does: three async middlewares, two request fields read, JSON made for each request. */
export default {
  title: '3 async middlewares and JSON, two of 11 fields read',
  kind: 'rate',
  app: 'json',
  servers: ['fastserve', 'fastserve-direct', 'uws', 'node-http', 'fastify'],
  path: '/json',
  fields: BROWSER_FIELDS,
  connections: 64,
  expect: () => ({
    type: JSON_TYPE,
    body: JSON.stringify(profile(firstLanguage(BROWSER_FIELDS['Accept-Language']), sessionOf(BROWSER_FIELDS.Cookie))),
  }),
};
