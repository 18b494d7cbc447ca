import files from './static-1k.mjs';

/** Everybody at once, one request each. */
export default {
  ...files,
  title: '2,000 connections at the same moment',
  kind: 'siege',
  servers: ['fastserve'],
  behaviour: 'burst',
  siegePath: '/static/1k.bin',
  connections: 2_000,
  rounds: 1,
};
