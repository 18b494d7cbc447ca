import { BYTES, FILE_10M } from '../apps/content.mjs';
import small from './static-1k.mjs';

/** A download: many pieces for each request. */
export default {
  ...small,
  title: 'Static file, 10 MiB',
  servers: ['fastserve', 'nginx', 'h2o'],
  path: '/static/10m.bin',
  connections: 8,
  expect: () => ({ type: BYTES, body: FILE_10M }),
};
