import files from './static-1k.mjs';

/** Files while every worker is in an endless loop, on the same core. A one-threaded server stops here. */
export default {
  ...files,
  title: '1 KiB static while every worker spins',
  kind: 'isolation',
  app: 'spin',
  servers: ['fastserve', 'uws', 'node-http'],
  workers: 1,
  rounds: 3,
};
