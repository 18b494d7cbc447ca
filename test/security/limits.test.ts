/** Rates, concurrency, addresses and content: what the front refuses before anything answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, gateway, type RawApplication, serve } from '../../dist/index.js';
import { ask, Client, get, head, post } from '../support/client.ts';
import { connected, inline, signal } from '../support/servers.ts';

const application: RawApplication = async (request, respond) => {
  const content = request.method === 'POST' ? String((await request.body.bytes()).length) : request.path;
  respond(200, ['content-type', 'text/plain'], content);
};

/** Statuses of `times` requests on one connection. */
async function statuses(server: FastServer, request: string, times: number): Promise<number[]> {
  const client = await connected(server);
  client.send(request.repeat(times));
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await client.answer()).status);
  return seen;
}

describe('limits.rate', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({
      app: gateway(application),
      ioThreads: 2,
      limits: {
        rate: [
          { name: 'api', prefix: '/api/', rate: '3/h' },
          { name: 'login', prefix: '/login', methods: ['POST'], rate: '2/h', key: '$arg_user' },
          { name: 'tenant', host: '*.example.org', rate: '1/h', key: '$host' },
          { name: 'spaced', prefix: '/spaced/', rate: '5/s', burst: 2, delay: true, key: '$arg_k' },
          { name: 'tried', prefix: '/tried/', rate: '1/d', dryRun: true },
        ],
      },
    });
  });
  afterAll(() => server.close({ grace: 0 }));

  it('lets a burst through on any thread, then answers 429 that says when to come again', async () => {
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) seen.push((await ask(server.url, get('/api/a'))).status);
    expect(seen).toEqual([200, 200, 200]);
    const refused = await ask(server.url, get('/api/b'));
    expect(refused.status).toBe(429);
    expect(refused.field('ratelimit-policy')).toBe('"api";q=3;w=3600');
    const wait = Number(refused.field('retry-after'));
    expect(wait).toBeGreaterThan(1100);
    expect(wait).toBeLessThanOrEqual(1200);
    expect(refused.field('ratelimit')).toBe(`"api";r=0;t=${wait}`);
  });

  it('counts spellings of one path as one, and other paths not', async () => {
    expect(await statuses(server, get('/%61pi/../api/./c'), 1)).toEqual([429]);
    expect(await statuses(server, get('/other'), 5)).toEqual([200, 200, 200, 200, 200]);
  });

  it('counts by the key: methods that it does not name and requests without a key pass', async () => {
    expect(await statuses(server, head('POST', '/login?user=a', 'Content-Length: 0'), 3)).toEqual([200, 200, 429]);
    expect(await statuses(server, head('POST', '/login?user=b', 'Content-Length: 0'), 1)).toEqual([200]);
    expect(await statuses(server, head('POST', '/login', 'Content-Length: 0'), 3)).toEqual([200, 200, 200]);
    expect(await statuses(server, get('/login?user=a'), 3)).toEqual([200, 200, 200]);
  });

  it('counts hosts apart', async () => {
    const request = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    expect(await statuses(server, request('a.example.org') + request('A.example.org') + request('b.example.org'), 1)).toHaveLength(1);
    expect(await statuses(server, request('b.example.org'), 1)).toEqual([429]);
  });

  it('holds a burst back to the rate, in order', async () => {
    const begun = performance.now();
    const client = await connected(server);
    client.send([1, 2, 3].map((i) => get(`/spaced/${i}?k=a`)).join(''));
    for (const i of [1, 2, 3]) expect((await client.answer()).text).toBe(`/spaced/${i}`);
    expect(performance.now() - begun).toBeGreaterThan(380);
    expect(server.stats().delayed).toBe(2);
  });

  it('refuses what a burst has no room for, although others wait', async () => {
    const seen = await Promise.all([1, 2, 3, 4, 5].map(() => statuses(server, get('/spaced/?k=b'), 1)));
    expect(seen.flat().filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
    expect(seen.flat()).toContain(429);
  });

  it('only counts in a dry run', async () => {
    const before = server.stats().rateLimitedDry;
    expect(await statuses(server, get('/tried/'), 3)).toEqual([200, 200, 200]);
    expect(server.stats().rateLimitedDry - before).toBe(2);
  });

  it('is behind health answers', async () => {
    const probed = await inline(application, { health: true, limits: { rate: [{ name: 'all', rate: '1/d' }] } });
    expect(await statuses(probed, get('/livez'), 3)).toEqual([200, 200, 200]);
    expect(await statuses(probed, get('/'), 2)).toEqual([200, 429]);
  });
});

describe('limits.concurrency', () => {
  it('refuses with 503 what is beyond, and lets in again what comes later', async () => {
    const go = signal();
    let inside = signal();
    const server = await inline(
      async (request, respond) => {
        if (request.path === '/reports/slow') {
          inside.resolve();
          await go.promise;
        }
        respond(200, [], request.path);
      },
      { limits: { concurrency: [{ prefix: '/reports/', max: 1 }] } },
    );
    const slow = await connected(server);
    slow.send(get('/reports/slow'));
    await inside.promise;
    const refused = await ask(server.url, get('/reports/other'));
    expect([refused.status, refused.field('retry-after')]).toEqual([503, '1']);
    expect((await ask(server.url, get('/else'))).status).toBe(200);
    go.resolve();
    expect((await slow.answer()).status).toBe(200);
    expect((await ask(server.url, get('/reports/other'))).status).toBe(200);
    expect(server.stats().concurrencyLimited).toBe(1);
  });

  it('with dryRun counts what would be refused, and refuses nobody', async () => {
    const go = signal();
    let waiting = 0;
    const server = await inline(
      async (_request, respond) => {
        waiting += 1;
        if (waiting === 3) go.resolve();
        await go.promise;
        respond(200, [], '');
      },
      { limits: { concurrency: [{ prefix: '/', max: 1, dryRun: true }] } },
    );
    const answers = await Promise.all([1, 2, 3].map(() => ask(server.url, get('/'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.stats()).toMatchObject({ concurrencyLimited: 0, concurrencyLimitedDry: 2 });
  });
});

describe('limits.connectionsPerAddress', () => {
  it('closes connections beyond, and takes others when some have left', async () => {
    const server = await inline(application, { limits: { connectionsPerAddress: 2 } });
    const first = await connected(server);
    const second = await connected(server);
    for (const client of [first, second]) {
      client.send(get('/'));
      expect((await client.answer()).status).toBe(200);
    }
    const third = await connected(server);
    await expect(third.ended()).resolves.toMatch(/fin|reset/);
    expect(server.stats().connectionsRefused).toBe(1);
    first.finish();
    await first.ended();
    await expect.poll(async () => {
      const client = await Client.connect(server.url);
      try {
        client.send(get('/'));
        return (await client.answer()).status;
      } catch {
        return 'refused';
      } finally {
        client.destroy();
      }
    }, { timeout: 10_000 }).toBe(200);
  });
});

describe('limits.bodies', () => {
  it('allow more or less content than limits.body, declared or not', async () => {
    const server = await inline(application, {
      limits: { body: 100, bodies: [{ prefix: '/small/', max: 10 }, { prefix: '/large/', max: 1000 }] },
    });
    const declared = async (path: string, size: number) => (await ask(server.url, post(path, 'x'.repeat(size)))).status;
    expect(await declared('/small/', 10)).toBe(200);
    expect(await declared('/small/', 11)).toBe(413);
    expect(await declared('/', 101)).toBe(413);
    expect(await declared('/large/', 1000)).toBe(200);
    expect(await declared('/large/', 1001)).toBe(413);
    const chunked = (path: string, size: number) =>
      ask(server.url, head('POST', path, 'Transfer-Encoding: chunked') + `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`);
    expect((await chunked('/small/', 11)).status).toBe(413);
    expect((await chunked('/', 101)).status).toBe(413);
    expect((await chunked('/large/', 1000)).status).toBe(200);
  });
});
