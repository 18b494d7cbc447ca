import files from './static-1k.mjs';

/** 1 KiB from two constant upstreams over kept connections. h2o has one of them. */
export default {
  ...files,
  title: 'Proxy to two upstreams, 1 KiB',
  app: 'proxy',
  servers: ['fastserve', 'nginx', 'h2o', 'haproxy'],
  origins: 2,
};
