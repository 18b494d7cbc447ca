/** The caches under test: each starts in front of an origin, and gives the URL to ask and a function that ends it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '../../dist/index.js';

/** What a shared cache may do only when told so is told: guess lifetimes, keep answers that set cookies, outlive its origin. */
async function startFastserve(originPort) {
  const server = await serve({
    listen: [{ host: '127.0.0.1', port: 0 }],
    ioThreads: 2,
    log: { access: 'off' },
    proxy: [{ prefix: '/', upstream: `http://127.0.0.1:${originPort}`, cache: { heuristic: true, storeCookies: true, staleIfError: '1h' } }],
  });
  return { url: server.url.replace(/\/$/, ''), stop: () => server.close({ grace: 0 }) };
}

/** With what its manual has for conformance: revalidation, stale answers in the place of errors. */
async function startNginx(originPort, directory) {
  const port = await freePort();
  const home = join(directory, 'nginx');
  await mkdir(join(home, 'logs'), { recursive: true });
  await writeFile(join(home, 'nginx.conf'), nginxConfiguration(home, port, originPort));
  const child = spawn('nginx', ['-p', home, '-c', join(home, 'nginx.conf'), '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] });
  await reached(port, child);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      if (child.exitCode !== null || !child.kill()) return;
      await once(child, 'exit');
    },
  };
}

function nginxConfiguration(home, port, originPort) {
  return `
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  proxy_cache_path ${home}/store keys_zone=store:10m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${originPort};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_cache store;
      proxy_cache_revalidate on;
      proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504;
    }
  }
}
`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function reached(port, child) {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const [event] = await Promise.race([once(socket, 'connect').then(() => ['connect']), once(socket, 'error').then(() => ['error'], () => ['error'])]).catch(() => ['error']);
    socket.destroy();
    if (event === 'connect') return;
    await pause(50);
  }
  throw new Error(`nginx ended with ${child.exitCode}`);
}

export const CACHES = [
  { name: 'fastserve', installed: () => true, start: startFastserve },
  { name: 'NGINX', installed: () => spawnSync('nginx', ['-v']).error === undefined, start: startNginx },
];
