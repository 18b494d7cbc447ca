/** For programs that cannot take a free port themselves. */
import { createServer } from 'node:net';

/** @returns {Promise<number>} another program may take it first; then the start of the server fails with a message */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
