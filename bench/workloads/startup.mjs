import { BYTES, FILE_1K } from '../apps/content.mjs';

/** From the start of the process to the first file and the first page, beside that of a Node that does nothing. */
export default {
  title: 'Start of a small site',
  kind: 'startup',
  servers: ['fastserve', 'fastify', 'node-http'],
  filePath: '/1k.bin',
  pagePath: '/',
  rounds: 20,
  expect: () => ({ type: BYTES, body: FILE_1K }),
};
