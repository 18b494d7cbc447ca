/**
 * fastserve through its public API: one I/O thread and the application's module in worker threads. Applications are in the
 * raw gateway form (apps/*.mjs), the rendered page is a pipeline application.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ENTRY = new URL('../../dist/index.js', import.meta.url);

/** application → its module in apps/ */
const MODULES = { files: 'hello' };

export default {
  title: 'fastserve',
  unavailable: () => (existsSync(ENTRY) ? null : 'not built: run "npm install" (or "npm run build") in the project'),
  start: (options) => startFastserve(options, { workers: options.workers ?? 1 }),
};

/**
 * @param {object} options of start() in servers/index.mjs; `workers` overrides the number of worker threads
 * @param {object} mode configuration that differs between fastserve's own variants
 */
export async function startFastserve(options, mode) {
  const { serve } = await import(ENTRY.href);
  const module = MODULES[options.app] ?? options.app;
  const victims = new Victims();
  const server = await serve({
    listen: [{ host: '127.0.0.1', port: 0, ...(options.tls === undefined ? {} : { tls: options.tls }) }],
    app: fileURLToPath(new URL(`../apps/${module}.mjs`, import.meta.url)),
    ioThreads: 1,
    static: [{ prefix: '/static/', root: options.root }],
    log: { access: 'off' },
    limits: { queued: 16_384, inFlight: 16_384 },
    timeouts: { keepAlive: '10m', request: '10m', queue: '10m' },
    ...mode,
  });
  return { port: server.addresses[0].port, stats: () => server.stats(), kill: () => victims.killOne(), reload: async () => void (await server.reload()) };
}

/** The worker threads of apps/kill.mjs that are alive, oldest first. They tell of themselves on a broadcast channel. */
class Victims {
  #channel = new BroadcastChannel('fastserve-bench-kill');
  #alive = [];

  constructor() {
    this.#channel.onmessage = ({ data }) => data.alive !== undefined && this.#alive.push(data.alive);
    this.#channel.unref();
  }

  killOne() {
    const thread = this.#alive.shift();
    if (thread === undefined) return 0;
    this.#channel.postMessage({ kill: thread });
    return 1;
  }
}
