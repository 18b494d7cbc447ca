import { describe, expect, it } from 'vitest';
import { connected, started } from '../support/servers.ts';
import { answer, RawUpstream, type Script } from './upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CLIENTS = 32;

/** Four I/O threads before one upstream, with clients on all of them. */
async function crowd(upstream: RawUpstream, options: object, servers: object = {}) {
  const server = await started({
    ioThreads: 4,
    upstreams: { farm: { servers: [{ url: upstream.url, ...servers }], ...options } },
    proxy: [{ prefix: '/', upstream: 'farm' }],
  });
  return Promise.all(Array.from({ length: CLIENTS }, () => connected(server)));
}

describe('the I/O threads together', () => {
  it("keep within a server's maxConnections, and hand its connections to each other", async () => {
    const slowly: Script = ({ socket }) => void setTimeout(() => socket.write(answer('done')), 2);
    const upstream = await RawUpstream.start(slowly);
    const clients = await crowd(upstream, { queue: CLIENTS, timeouts: { queue: '30s', keepAlive: '30s' } }, { maxConnections: 4 });
    const texts = await Promise.all(
      clients.map(async (client) => {
        const got: string[] = [];
        for (let i = 0; i < 20; i += 1) {
          client.send(GET);
          got.push((await client.answer()).text);
        }
        return got.join();
      }),
    );
    expect(new Set(texts)).toEqual(new Set([Array(20).fill('done').join()]));
    expect(upstream.connections).toBe(4);
  });

  it('keep no more idle connections than keepAlive', async () => {
    const held: (() => void)[] = [];
    const upstream = await RawUpstream.start(({ socket }) => void held.push(() => void socket.write(answer('done'))));
    const clients = await crowd(upstream, { keepAlive: 10, timeouts: { keepAlive: '30s' } });
    for (const client of clients) client.send(GET);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(CLIENTS);
    expect(upstream.open).toBe(CLIENTS);
    for (const answerOne of held) answerOne();
    for (const client of clients) expect((await client.answer()).text).toBe('done');
    await expect.poll(() => upstream.open, { timeout: 10_000 }).toBeLessThanOrEqual(10);
    expect(upstream.open).toBeGreaterThanOrEqual(6); // what any thread may take is full: there were more
  });

  it('close what nobody has taken from them in time', async () => {
    const held: (() => void)[] = [];
    const upstream = await RawUpstream.start(({ socket }) => void held.push(() => void socket.write(answer('done'))));
    const clients = await crowd(upstream, { timeouts: { keepAlive: 300 } }, { maxConnections: CLIENTS });
    for (const client of clients) client.send(GET);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(CLIENTS);
    for (const answerOne of held) answerOne();
    for (const client of clients) expect((await client.answer()).text).toBe('done');
    await expect.poll(() => upstream.open, { timeout: 10_000 }).toBe(0);
  });
});
