import full from './tls-handshake.mjs';

/** A new TLS 1.3 connection for each request that continues a session: no signature. */
export default { ...full, title: 'TLS 1.3 handshakes, resumed', resumed: true };
