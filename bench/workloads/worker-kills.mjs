import hello from './hello.mjs';

/** A worker ends every 60 ms while 32 clients send; half of the requests are answered from a timer, so that deaths find started ones. */
export default {
  ...hello,
  title: 'A worker killed every 60 ms under load',
  kind: 'kills',
  app: 'kill',
  servers: ['fastserve'],
  workers: 2,
  connections: 32,
  paths: ['/hello', '/later'],
  killEveryMs: 60,
  killSeconds: 8,
  rounds: 1,
};
