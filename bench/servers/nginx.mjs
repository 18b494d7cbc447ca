/**
 * NGINX with one worker process, tuned as its documentation advises for files: sendfile, tcp_nopush, open_file_cache, no
 * access log. It runs no application: of those it has only a constant answer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { HELLO } from '../apps/content.mjs';

const BINARY = 'nginx';
/** Where Debian puts it is not on every user's path. */
const SEARCH_PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

export default {
  title: 'NGINX',
  unavailable() {
    const run = spawnSync(BINARY, ['-v'], { env: { ...process.env, PATH: SEARCH_PATH } });
    return run.error === undefined ? null : 'nginx is not installed (Debian package nginx-light)';
  },
  environment: () => ({ PATH: SEARCH_PATH }),
  async command({ root }, directory) {
    const port = await freePort();
    mkdirSync(join(directory, 'temp'), { recursive: true });
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, configuration(port, root, directory));
    return { port, command: BINARY, args: ['-e', join(directory, 'error.log'), '-p', directory, '-c', file] };
  },
};

/** nginx cannot take a free port itself; another program may take this one first, and then the start fails with a message. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function configuration(port, root, directory) {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${directory}/temp/${kind};`);
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 16384; }
http {
${temp.join('\n')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  open_file_cache max=1000 inactive=60s;
  open_file_cache_valid 60s;
  open_file_cache_min_uses 1;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /hello { default_type "text/plain; charset=utf-8"; return 200 "${HELLO}"; }
    location /static/ { alias ${root}/; }
  }
}
`;
}
