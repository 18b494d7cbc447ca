import files from './static-1k.mjs';

/** Requests for a large file whose answers nobody takes: cut after the write limit (30 s) without progress. */
export default {
  ...files,
  title: '2,000 clients that never read',
  kind: 'siege',
  servers: ['fastserve'],
  behaviour: 'unread',
  siegePath: '/static/64m.bin',
  connections: 2_000,
  rounds: 1,
};
