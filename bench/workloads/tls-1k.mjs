import small from './static-1k.mjs';

/** A small file on kept TLS 1.3 connections. */
export default { ...small, title: 'TLS 1.3, static file, 1 KiB', servers: ['fastserve', 'nginx', 'h2o'], tls: true };
