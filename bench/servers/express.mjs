/** Express on node:http, as its documentation starts it. The same application module runs unchanged on fastserve. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

export default {
  title: 'Express on node:http',
  unavailable: () => (existsSync(new URL('../node_modules/express', import.meta.url)) ? null : 'not installed: run "npm ci" in bench/'),
  async start() {
    const { default: app } = await import('../apps/express.mjs');
    const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, app);
    await new Promise((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve));
    return { port: server.address().port };
  },
};
