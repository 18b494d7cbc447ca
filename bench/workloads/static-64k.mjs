import { BYTES, FILE_64K } from '../apps/content.mjs';
import small from './static-1k.mjs';

/** A file that is worth a sendfile. */
export default {
  ...small,
  title: 'Static file, 64 KiB',
  servers: ['fastserve', 'nginx', 'h2o', 'uws', 'node-http'],
  path: '/static/64k.bin',
  expect: () => ({ type: BYTES, body: FILE_64K }),
};
