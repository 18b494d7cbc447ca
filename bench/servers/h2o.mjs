/**
 * h2o with one thread: files from its own cache of descriptors, TLS, no access log. It runs no application here. As a proxy it has
 * the first origin only: its stable version takes one address.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.mjs';

export default {
  title: 'h2o',
  unavailable() {
    return spawnSync('h2o', ['--version']).error === undefined ? null : 'h2o is not installed (Debian package h2o)';
  },
  async command({ root, tls, origins }, directory) {
    const port = await freePort();
    const file = join(directory, 'h2o.conf');
    writeFileSync(file, configuration(port, directory, tls, origins === undefined ? `file.dir: ${root}` : proxied(origins)));
    return { port, command: 'h2o', args: ['-m', 'worker', '-c', file] };
  },
};

function configuration(port, directory, tls, handler) {
  const listen = tls === undefined
    ? `  host: 127.0.0.1\n  port: ${port}`
    : `  host: 127.0.0.1\n  port: ${port}\n  ssl:\n    certificate-file: ${tls.cert}\n    key-file: ${tls.key}\n    minimum-version: TLSv1.2`;
  return `num-threads: 1
user: ${process.getuid() === 0 ? 'root' : process.env.USER}
error-log: ${directory}/error.log
max-connections: 16384
http1-request-timeout: 600
listen:
${listen}
hosts:
  default:
    paths:
      /static:
        ${handler}
`;
}

function proxied([origin]) {
  return `proxy.reverse.url: "http://127.0.0.1:${origin}/static"
        proxy.preserve-host: ON
        proxy.timeout.keepalive: 600000`;
}
