/** Varnish with one pool of threads and 64 MiB of memory before one origin, with its built-in policy and no log reader. A cache only. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.mjs';

/** Where Debian puts it is not on every user's path. */
const SEARCH_PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

export default {
  title: 'Varnish',
  unavailable() {
    const run = spawnSync('varnishd', ['-V'], { env: { ...process.env, PATH: SEARCH_PATH } });
    return run.error === undefined ? null : 'Varnish is not installed (Debian package varnish)';
  },
  environment: () => ({ PATH: SEARCH_PATH }),
  async command({ origins: [origin] }, directory) {
    const port = await freePort();
    chmodSync(directory, 0o755); // started by root, its worker runs as another user
    const limits = ['thread_pools=1', 'timeout_idle=600'].flatMap((parameter) => ['-p', parameter]);
    const address = ['-a', `127.0.0.1:${port}`, '-b', `127.0.0.1:${origin}`];
    return { port, command: 'varnishd', args: ['-F', ...address, '-n', join(directory, 'varnish'), '-s', 'malloc,64m', ...limits] };
  },
};
