import small from './static-1k.mjs';

/** A new TLS 1.3 connection for each request: key exchange and signature. */
export default {
  ...small,
  title: 'TLS 1.3 handshakes, full',
  kind: 'handshakes',
  servers: ['fastserve', 'nginx', 'h2o', 'floor'],
  tls: true,
  resumed: false,
};
