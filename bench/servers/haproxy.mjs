/** HAProxy with one thread, as a proxy only: two servers in turn over shared kept connections, the fields that a front sends, no log. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.mjs';

/** Where Debian puts it is not on every user's path. */
const SEARCH_PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

export default {
  title: 'HAProxy',
  unavailable() {
    const run = spawnSync('haproxy', ['-v'], { env: { ...process.env, PATH: SEARCH_PATH } });
    return run.error === undefined ? null : 'HAProxy is not installed (Debian package haproxy)';
  },
  environment: () => ({ PATH: SEARCH_PATH }),
  async command({ origins }, directory) {
    const port = await freePort();
    const file = join(directory, 'haproxy.cfg');
    writeFileSync(file, configuration(port, origins));
    return { port, command: 'haproxy', args: ['-db', '-q', '-f', file] };
  },
};

function configuration(port, origins) {
  const servers = origins.map((origin, at) => `  server origin${at} 127.0.0.1:${origin}`);
  return `global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  http-reuse always
  default-server pool-purge-delay 600s
listen front
  bind 127.0.0.1:${port} backlog 4096
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  balance roundrobin
${servers.join('\n')}
`;
}
