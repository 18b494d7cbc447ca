/** NGINX for files and node:http behind it for views, as sites are set up: kept connections to one upstream, both on the server's core. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../harness/free-port.mjs';
import nginx, { configuration, filesAndViews, listening } from './nginx.mjs';
import node from './node-http.mjs';

export default {
  title: 'NGINX + node:http',
  unavailable: nginx.unavailable,
  environment: nginx.environment,
  async start(options) {
    const upstream = await node.start(options);
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'fastserve-bench-nginx-'));
    mkdirSync(join(directory, 'temp'));
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, configuration(port, options.root, directory, undefined, filesAndViews(options.root, upstream.port)));
    const child = spawn('nginx', ['-e', join(directory, 'error.log'), '-p', directory, '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
    process.on('exit', () => child.kill());
    process.on('SIGTERM', () => process.exit(0));
    await listening(port);
    return { port };
  },
};
