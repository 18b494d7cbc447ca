/**
 * fastserve through its public API: one I/O thread and the application's module in worker threads. Applications are in the
 * raw gateway form (apps/*.mjs), the rendered page is a pipeline application.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Idle connections to one origin: all that the workload upstream-idle opens. */
const IDLE_TO_ORIGINS = 1024;
const ENTRY = new URL('../../dist/index.js', import.meta.url);

/** application → its module in apps/ */
const MODULES = { files: 'hello', proxy: 'hello', 'proxy-cache': 'hello' };

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
    ...(SOURCES[options.app] ?? files)(options),
    log: { access: 'off' },
    limits: { queued: 16_384, inFlight: 16_384 },
    timeouts: { keepAlive: '10m', request: '10m', queue: '10m' },
    ...mode,
  });
  return { port: server.addresses[0].port, metricsUrl: server.metricsUrl, stats: () => server.stats(), kill: () => victims.killOne(), reload: async () => void (await server.reload()) };
}

/** Configuration of what is below /static/. */
const files = ({ root }) => ({ static: [{ prefix: '/static/', root }] });

const proxied = ({ origins }, entry) => ({
  proxy: [{ prefix: '/static/', upstream: 'origins', ...entry }],
  upstreams: { origins: { servers: origins.map((port) => `http://127.0.0.1:${port}`), keepAlive: IDLE_TO_ORIGINS, timeouts: { keepAlive: '10m', firstByte: '10m' } } },
});

/** application → what it has there where that is not the files */
const SOURCES = {
  proxy: (options) => proxied(options, {}),
  'proxy-cache': (options) => proxied(options, { cache: true }),
  'cached-view': () => ({}),
};

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
