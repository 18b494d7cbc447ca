/**
 * NGINX with one worker process, tuned as its documentation advises for files: sendfile, tcp_nopush, open_file_cache, no
 * access log. It runs no application: of those it has only a constant answer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { HELLO } from '../apps/content.mjs';
import { freePort } from '../harness/free-port.mjs';

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
  async command({ root, tls }, directory) {
    const port = await freePort();
    mkdirSync(join(directory, 'temp'), { recursive: true });
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, configuration(port, root, directory, tls));
    return { port, command: BINARY, args: ['-e', join(directory, 'error.log'), '-p', directory, '-c', file] };
  },
};

/** `upstream`: a port of this machine that answers what is no file. */
export function configuration(port, root, directory, tls, upstream) {
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
    listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'} backlog=4096;
${tls === undefined ? '' : secured(tls)}    location = /hello { default_type "text/plain; charset=utf-8"; return 200 "${HELLO}"; }
    location /static/ { alias ${root}/; }
${upstream === undefined ? '' : '    location / { proxy_pass http://node; proxy_http_version 1.1; proxy_set_header Connection ""; }\n'}  }
${upstream === undefined ? '' : `  upstream node { server 127.0.0.1:${upstream}; keepalive 64; }\n`}}
`;
}

/** As its documentation advises: one shared session cache, tickets, modern versions. */
function secured({ cert, key }) {
  return `    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:SSL:10m;
    ssl_session_timeout 1h;
`;
}

/** Resolves once something accepts at the port. */
export async function listening(port) {
  while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
