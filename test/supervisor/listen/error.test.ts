import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { explainListenError } from '../../../src/supervisor/listen/error.ts';

const server = createServer();
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe('an address in use', () => {
  it('names the process that holds the port', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const error = await explainListenError(Object.assign(new Error('x'), { code: 'EADDRINUSE', address: '127.0.0.1', port }));
    expect(error.message).toMatch(new RegExp(`^port ${port} is already in use by ".+" \\(pid ${process.pid}\\)\\. Choose another with --port or "listen", or stop what holds it\\.$`));
  });
});
