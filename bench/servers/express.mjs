/** Express on node:http, as its documentation starts it. The application of the express workload runs unchanged on fastserve. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

/** application → its module in apps/ */
const MODULES = { express: 'express', 'full-page': 'full-page-express' };

export default {
  title: 'Express on node:http',
  unavailable: () => (existsSync(new URL('../node_modules/express', import.meta.url)) ? null : 'not installed: run "npm ci" in bench/'),
  async start(options) {
    process.env.NODE_ENV = 'production';
    const { default: app } = await import(`../apps/${MODULES[options.app]}.mjs`);
    const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, app);
    await new Promise((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve));
    return { port: server.address().port };
  },
};
