import files from './static-1k.mjs';

/** Heads that never end, a byte a second: each is cut at the header limit (10 s), and others do not notice. */
export default {
  ...files,
  title: '10,000 connections that drip a head',
  kind: 'siege',
  servers: ['fastserve'],
  behaviour: 'slowloris',
  siegePath: '/',
  connections: 10_000,
  rounds: 1,
};
