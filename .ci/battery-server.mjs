/**
 * The server that the battery is aimed at, in a process of its own: `node battery-server.mjs <document root> <upstream port>`. Prints
 * {"port": n} and ends when its standard input does.
 */
import { fileURLToPath } from 'node:url';
import { serve } from '../dist/index.js';

const server = await serve({
  listen: [{ host: '127.0.0.1', port: 0 }],
  app: fileURLToPath(new URL('battery-app.mjs', import.meta.url)),
  workers: 2,
  static: [{ prefix: '/static/', root: process.argv[2] }],
  // Group G: the battery is the upstream, at the port that is its second argument.
  proxy: [{ prefix: '/proxy/', upstream: 'battery' }],
  upstreams: { battery: { servers: [`http://127.0.0.1:${process.argv[3]}`], timeouts: { connect: '3s', firstByte: '3s', idle: '3s', send: '3s' } } },
  limits: { body: '40mb' },
  timeouts: { header: '3s', body: '3s', keepAlive: '3s' },
  log: { access: 'off' },
});
console.log(JSON.stringify({ port: server.addresses[0].port }));
process.stdin.resume().on('end', () => server.close());
