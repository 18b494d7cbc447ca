import { HELLO, TEXT } from '../apps/content.mjs';

/** Requests that wait inside async views: memory of each with its connection, and whether all are answered. */
export default {
  title: '10,000 requests in flight in async views',
  kind: 'inflight',
  app: 'inflight',
  servers: ['fastserve', 'uws', 'node-http', 'fastify'],
  path: '/gate',
  connections: 10_000,
  rounds: 2,
  expect: () => ({ type: TEXT, body: HELLO }),
};
