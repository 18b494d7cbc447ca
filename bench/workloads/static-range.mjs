import { BYTES, FILE_10M } from '../apps/content.mjs';
import small from './static-1k.mjs';

const FIRST = 5_000_000;
const LENGTH = 1024;

/** 1 KiB in the middle of a 10 MiB file. */
export default {
  ...small,
  title: 'Static file, 1 KiB range of 10 MiB (206)',
  servers: ['fastserve', 'nginx', 'h2o'],
  path: '/static/10m.bin',
  fields: { Range: `bytes=${FIRST}-${FIRST + LENGTH - 1}` },
  expect: () => ({ status: 206, type: BYTES, body: FILE_10M.subarray(FIRST, FIRST + LENGTH) }),
};
