import files from './static-1k.mjs';

/** Requests for one answer that nobody has yet, all waiting before the upstream answers: how many of them reach it. */
export default {
  ...files,
  title: '1,000 parallel misses of one URL',
  kind: 'burst',
  app: 'proxy-cache',
  servers: ['fastserve', 'nginx', 'varnish'],
  origins: 1,
  heldPath: '/static/held.bin',
  connections: 1_000,
  rounds: 3,
};
