/** fastserve with its access log, as text, in a file on the machine's temporary directory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastserve, { startFastserve } from './fastserve.mjs';

export default {
  title: 'fastserve, access log on',
  unavailable: fastserve.unavailable,
  start: (options) => {
    const directory = mkdtempSync(join(tmpdir(), 'fastserve-bench-log-'));
    process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
    process.on('SIGTERM', () => process.exit(0));
    return startFastserve(options, { workers: options.workers ?? 1, log: { access: 'text', path: join(directory, 'access.log') } });
  },
};
