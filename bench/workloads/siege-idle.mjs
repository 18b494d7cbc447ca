import files from './static-1k.mjs';

/** Connections that had one answer and wait, as many as the descriptors of one process allow. */
export default {
  ...files,
  title: '20,000 idle connections and others',
  kind: 'siege',
  servers: ['fastserve'],
  behaviour: 'idle',
  siegePath: '/',
  connections: 20_000,
  rounds: 1,
};
