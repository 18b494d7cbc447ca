/**
 * NGINX with one worker process, tuned as its documentation advises for files: sendfile, tcp_nopush, open_file_cache, no
 * access log. It runs no application: of those it has only a constant answer.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
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
  async command({ app, root, tls, origins }, directory) {
    const port = await freePort();
    mkdirSync(join(directory, 'temp'), { recursive: true });
    chmodSync(directory, 0o755); // started by root, its worker runs as another user
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, configuration(port, root, directory, tls, origins === undefined ? undefined : proxied(origins, app, directory)));
    return { port, command: BINARY, args: ['-e', join(directory, 'error.log'), '-p', directory, '-c', file] };
  },
};

/** `behind`: what is added to http, and the locations in the place of the files alone. */
export function configuration(port, root, directory, tls, behind = { http: '', locations: filesLocation(root) }) {
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
${behind.locations}  }
${behind.http}}
`;
}

/** Files, and everything else at a server of views. */
export function filesAndViews(root, port) {
  return {
    http: `  upstream views { server 127.0.0.1:${port}; keepalive 64; }\n`,
    locations: `${filesLocation(root)}    location / { proxy_pass http://views; proxy_http_version 1.1; proxy_set_header Connection ""; }\n`,
  };
}

function filesLocation(root) {
  return `    location /static/ { alias ${root}/; }\n`;
}

/** All below /static/ from the origins over kept connections, with the fields that a front sends; "proxy-cache" keeps answers, one fill at a time. */
function proxied(origins, app, directory) {
  const servers = origins.map((port) => `server 127.0.0.1:${port};`).join(' ');
  const cache = app === 'proxy-cache';
  return {
    http: `  upstream origins { ${servers} keepalive 1024; keepalive_requests 1000000000; keepalive_timeout 600s; }
${cache ? `  proxy_cache_path ${directory}/kept levels=1:2 keys_zone=kept:10m use_temp_path=off;\n` : ''}`,
    locations: `    location /static/ {
      proxy_pass http://origins;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
${cache ? '      proxy_cache kept;\n      proxy_cache_lock on;\n' : ''}    }
`,
  };
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
