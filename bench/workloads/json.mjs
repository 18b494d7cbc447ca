import { JSON_TYPE, profile } from '../apps/content.mjs';

/** JSON made for each request, beside its own bytes as a constant: what the making costs. */
export default {
  title: 'JSON made for each request (base of comparison: the same bytes as a constant)',
  kind: 'rate',
  app: 'json-plain',
  appFor: { 'fastserve-base': 'json-constant' },
  servers: ['fastserve', 'fastserve-base', 'uws', 'fastify'],
  path: '/json-plain',
  connections: 64,
  expect: () => ({ type: JSON_TYPE, body: JSON.stringify(profile('en-GB', 'none')) }),
};
