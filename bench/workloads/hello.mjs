import { HELLO, TEXT } from '../apps/content.mjs';

/** The smallest answer from application code: what the server itself costs. NGINX answers its constant, for scale. */
export default {
  title: 'Hello through the queue, 64 connections',
  kind: 'rate',
  app: 'hello',
  servers: ['fastserve', 'fastserve-direct', 'uws', 'node-http', 'fastify', 'nginx', 'floor'],
  path: '/hello',
  connections: 64,
  expect: () => ({ type: TEXT, body: HELLO }),
};
