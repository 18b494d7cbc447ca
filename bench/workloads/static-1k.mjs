import { BYTES, FILE_1K } from '../apps/content.mjs';

/** A small file from disk. uWebSockets.js has no file serving: bytes in its memory, for scale. */
export default {
  title: 'Static file, 1 KiB',
  kind: 'rate',
  app: 'files',
  servers: ['fastserve', 'nginx', 'h2o', 'uws', 'node-http', 'fastify', 'floor'],
  path: '/static/1k.bin',
  connections: 64,
  expect: () => ({ type: BYTES, body: FILE_1K }),
};
