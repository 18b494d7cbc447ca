import small from './static-1k.mjs';

/** Idle TLS connections: what OpenSSL keeps for each of them counts. */
export default {
  ...small,
  title: '2,000 idle TLS connections',
  kind: 'idle',
  servers: ['fastserve', 'nginx', 'h2o'],
  connections: 2_000,
  tls: true,
  rounds: 3,
};
