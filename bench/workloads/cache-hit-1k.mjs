import files from './static-1k.mjs';

/** What a proxy keeps of an upstream. The base of comparison is fastserve's own static file of the same bytes. */
export default {
  ...files,
  title: 'Cache hit of a proxied answer, 1 KiB',
  app: 'proxy-cache',
  appFor: { 'fastserve-base': 'files' },
  servers: ['fastserve', 'fastserve-base', 'nginx', 'varnish'],
  origins: 1,
  fromStore: true,
};
