import hello from './hello.mjs';

/** New code again and again while 32 connections send. */
export default {
  ...hello,
  title: 'Reload under load',
  kind: 'reloads',
  servers: ['fastserve'],
  connections: 32,
  workers: 1,
  reloadEveryMs: 1000,
  rounds: 3,
};
