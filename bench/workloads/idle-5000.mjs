import hello from './hello.mjs';

/** Keep-alive connections that have had one answer and wait: memory of the whole process. */
export default {
  ...hello,
  title: '5,000 idle keep-alive connections',
  kind: 'idle',
  servers: ['fastserve', 'uws', 'node-http', 'nginx'],
  connections: 5_000,
  rounds: 3,
};
