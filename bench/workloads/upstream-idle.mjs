import files from './static-1k.mjs';

/** Kept connections to an upstream that wait, after their clients have gone: memory of the whole process. */
export default {
  ...files,
  title: '1,000 idle connections to an upstream',
  kind: 'upstream-idle',
  app: 'proxy',
  servers: ['fastserve', 'nginx', 'h2o', 'haproxy'],
  origins: 1,
  heldPath: '/static/held.bin',
  connections: 1_000,
  rounds: 3,
};
