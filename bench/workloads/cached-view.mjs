import files from './static-1k.mjs';

/** A view that is kept by cachePage(), beside the same bytes as a file. */
export default {
  ...files,
  title: 'Cached view, 1 KiB',
  app: 'cached-view',
  appFor: { 'fastserve-base': 'files', nginx: 'files', uws: 'files' },
  servers: ['fastserve', 'fastserve-base', 'nginx', 'uws'],
};
