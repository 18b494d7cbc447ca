/**
 * NGINX before uWSGI before Django, as Django's documentation deploys it: one NGINX worker, two uWSGI processes behind a unix
 * socket, DEBUG off, the cached template loader. uWSGI starts NGINX, so that one process tree holds them all.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../harness/free-port.mjs';

const SITE = fileURLToPath(new URL('../apps/django', import.meta.url));
const SEARCH_PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
/** Debian's own interpreter: others on the path do not see its packages. */
const PYTHON = '/usr/bin/python3';

export default {
  title: 'NGINX + uWSGI + Django',
  unavailable() {
    const runs = (command, args) => spawnSync(command, args, { env: { ...process.env, PATH: SEARCH_PATH } }).status === 0;
    if (!runs('nginx', ['-v'])) return 'nginx is not installed (Debian package nginx-light)';
    if (!runs('uwsgi', ['--plugin', 'python3', '--version'])) return 'uWSGI is not installed (Debian packages uwsgi-core and uwsgi-plugin-python3)';
    return runs(PYTHON, ['-c', 'import django']) ? null : 'Django is not installed (Debian package python3-django)';
  },
  environment: () => ({ PATH: SEARCH_PATH, PYTHONDONTWRITEBYTECODE: '1' }),
  async command({ app }, directory) {
    if (app !== 'full-page') throw new Error(`Django has no application for "${app}"`);
    const port = await freePort();
    mkdirSync(join(directory, 'temp'), { recursive: true });
    chmodSync(directory, 0o755); // nginx started by root runs its worker as another user
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, frontConfiguration(port, directory));
    const front = `nginx -e ${join(directory, 'error.log')} -p ${directory} -c ${file}`;
    return {
      port,
      command: 'uwsgi',
      args: [
        '--plugin', 'python3', '--chdir', SITE, '--module', 'site_wsgi:application',
        '--socket', join(directory, 'uwsgi.sock'), '--chmod-socket=666', '--master', '--die-on-term', '--processes', '2',
        '--need-app', '--disable-logging', '--logto', join(directory, 'uwsgi.log'), '--listen', '100', '--attach-daemon', front,
      ],
    };
  },
};

function frontConfiguration(port, directory) {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${directory}/temp/${kind};`);
  return `daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 4096; }
http {
${temp.join('\n')}
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  upstream site { server unix:${directory}/uwsgi.sock; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { include /etc/nginx/uwsgi_params; uwsgi_pass site; }
  }
}
`;
}
