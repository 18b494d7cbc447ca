import hello from './hello.mjs';

/** What measuring costs: no metrics, metrics, metrics that somebody scrapes. The pages are made on the main thread, so the I/O thread shall not feel them. */
export default {
  ...hello,
  title: 'Hello through the queue, metrics on and scraped',
  servers: ['fastserve', 'fastserve-metrics', 'fastserve-scraped'],
};
