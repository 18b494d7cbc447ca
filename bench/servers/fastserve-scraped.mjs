/** The same with a process that scrapes the metrics ten times in a second, which is a hundred times as often as people do. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fastserve, { startFastserve } from './fastserve.mjs';

const SCRAPER = fileURLToPath(new URL('../harness/scraper.mjs', import.meta.url));

export default {
  title: 'fastserve, scraped each 100 ms',
  unavailable: fastserve.unavailable,
  start: async (options) => {
    const server = await startFastserve(options, { workers: options.workers ?? 1, metrics: { listen: 0 } });
    // It ends when its standard input does, with this process.
    spawn(process.execPath, [SCRAPER, new URL('/metrics', server.metricsUrl).href], { stdio: ['pipe', 'ignore', 'inherit'] });
    return server;
  },
};
