/** serve() over sockets, from the built package. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Config, type FastServer, serve } from '../../dist/index.js';

const app = fileURLToPath(new URL('../fixtures/site/app/index.ts', import.meta.url));

const open: FastServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function started(config: Config): Promise<FastServer> {
  const server = await serve(config);
  open.push(server);
  return server;
}

describe('serve', () => {
  it('runs a module in workers on a free port', async () => {
    const server = await started({ app, workers: 1 });
    expect(await (await fetch(`${server.url}/a`)).text()).toBe('hello /a');
    expect(server.stats().requests).toBe(1);
  });

  it('runs a closure in this thread', async () => {
    let calls = 0;
    const server = await started({ app: { fetch: () => new Response(`call ${++calls}`) } });
    expect(await (await fetch(server.url)).text()).toBe('call 1');
    expect(calls).toBe(1);
  });

  it('runs several servers in one process', async () => {
    const one = await started({ app: { fetch: () => new Response('one') } });
    const two = await started({ app: { fetch: () => new Response('two') } });
    expect(await Promise.all([one, two].map(async ({ url }) => (await fetch(url)).text()))).toEqual(['one', 'two']);
  });

  it('refuses connections after close', async () => {
    const server = await serve({ app, workers: 1 });
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('starts and stops many times without leaving threads or descriptors', async () => {
    const { readdirSync } = await import('node:fs');
    const count = () => [readdirSync('/proc/self/task').length, readdirSync('/proc/self/fd').length];
    const cycle = async () => {
      const server = await serve({ app, workers: 1 });
      await (await fetch(server.url, { headers: { connection: 'close' } })).text();
      await server.close();
    };
    await cycle();
    await cycle();
    const [threads = 0, descriptors = 0] = count();
    for (let i = 0; i < 10; i++) await cycle();
    await expect.poll(() => count()[0]).toBeLessThanOrEqual(threads + 1);
    await expect.poll(() => count()[1]).toBeLessThanOrEqual(descriptors + 3);
  });
});
