import { BYTES, TEXT } from '../apps/content.mjs';

/** Content of 64 KiB, read whole by the application, which answers its length. */
export default {
  title: 'POST of 64 KiB',
  kind: 'rate',
  app: 'post',
  servers: ['fastserve', 'uws', 'node-http', 'fastify', 'floor'],
  path: '/post',
  fields: { 'Content-Type': BYTES },
  method: 'POST',
  content: 'p'.repeat(64 * 1024),
  script: 'post-64k.lua',
  connections: 64,
  expect: () => ({ type: TEXT, body: String(64 * 1024) }),
};
