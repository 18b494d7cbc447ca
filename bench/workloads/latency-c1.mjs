import hello from './hello.mjs';

/** One connection, one request at a time: the hand-over between threads cannot be shared with other requests. */
export default {
  ...hello,
  title: 'One connection',
  servers: ['fastserve', 'fastserve-direct', 'uws', 'node-http'],
  connections: 1,
  seconds: 1,
};
