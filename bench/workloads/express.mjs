import { BROWSER_FIELDS } from '../apps/browser-fields.mjs';
import { JSON_TYPE, profile } from '../apps/content.mjs';
import { firstLanguage } from '../apps/middlewares.mjs';

/** One unchanged Express application on both servers: what a team saves that only exchanges the server. */
export default {
  title: 'An Express application: body parser, router, parameter, JSON',
  kind: 'rate',
  app: 'express',
  servers: ['fastserve', 'fastserve-direct', 'express'],
  path: '/people/ada',
  fields: BROWSER_FIELDS,
  connections: 64,
  expect: () => ({ type: JSON_TYPE, body: JSON.stringify(profile(firstLanguage(BROWSER_FIELDS['Accept-Language']), 'ada')) }),
};
