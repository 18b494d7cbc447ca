/** A Django site as it is, behind fastserve: files from native threads, everything else balanced over its processes. */
import { defineConfig } from 'fastserve';

const data = process.env['NOTEBOOK_DATA'] ?? './data';
const instances = [1, 2, 3];

export default defineConfig({
  upstreams: {
    // uWSGI in its own protocol.
    uwsgi: { servers: instances.map((n) => `uwsgi+unix:${data}/uwsgi-${n}.sock`), balance: 'leastConnections' },
    // gunicorn over HTTP.
    gunicorn: { servers: instances.map((n) => `http+unix:${data}/gunicorn-${n}.sock`), balance: 'leastConnections' },
  },
  static: [
    { prefix: '/static/', root: `${data}/static`, maxAge: '1h' },
    { prefix: '/media/', root: `${data}/media` },
  ],
  proxy: [{ prefix: '/', upstream: process.env['NOTEBOOK_UPSTREAM'] ?? 'uwsgi' }],
  limits: { body: '8mb' },
});
