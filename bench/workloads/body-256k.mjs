import { BODY_256K, BYTES } from '../apps/content.mjs';

/** A large Buffer that belongs to the application. */
export default {
  title: '256 KiB body from a Buffer',
  kind: 'rate',
  app: 'body-256k',
  servers: ['fastserve', 'uws', 'node-http'],
  path: '/body',
  connections: 64,
  expect: () => ({ type: BYTES, body: BODY_256K }),
};
