import files from './static-1k.mjs';

/** Small files, and views of 20 ms by eight clients, on one core. */
export default {
  ...files,
  title: '1 KiB static beside a busy view of 20 ms',
  kind: 'mixed',
  app: 'busy',
  servers: ['fastserve', 'nginx-node', 'uws', 'node-http'],
  viewPath: '/view',
  connections: 8,
  workers: 1,
  rounds: 3,
};
