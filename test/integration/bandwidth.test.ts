/** Answers with a bandwidth: by configuration, by the answer itself, over every lane. Sizes are small, margins are wide. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { answer, RawUpstream } from '../proxy/upstream.ts';
import { ask, type Client, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';

const KIB = 1024;
const app = fixtureApp('paced.mjs');
/** Milliseconds by which an answer may be late: other work of this machine, and the grain of the timers. */
const LATE = 500;

/** Sends a request and reads the content: how much there was of it, and how long it took. */
async function timed(client: Client, request: string) {
  const began = performance.now();
  client.send(request);
  const got = await client.answer();
  return { got, ms: performance.now() - began };
}

/** Expects about `ms`: hardly less, for nothing may be early by more than a piece, and not much more. */
function expectAbout(actual: number, ms: number): void {
  expect(actual).toBeGreaterThan(ms * 0.9 - 20);
  expect(actual).toBeLessThan(ms * 1.1 + LATE);
}

const files = async (size = 300 * KIB) => [{ prefix: '/files/', root: await directoryWith({ 'file.bin': Buffer.alloc(size, 'f'), 'small.txt': 'small' }) }];
const rule = (rule: object) => ({ limits: { bandwidth: [rule] } }) as Config;

describe('by configuration', () => {
  it('a file comes at its rate', async () => {
    const server = await started({ static: await files(), ...rule({ prefix: '/files/', rate: '300kb' }) });
    const { got, ms } = await timed(await connected(server), get('/files/file.bin'));
    expect(got.body).toEqual(Buffer.alloc(300 * KIB, 'f'));
    expectAbout(ms, 1000);
  });

  it('its first bytes are free of it', async () => {
    const server = await started({ static: await files(), ...rule({ rate: '200kb', after: '200kb' }) });
    const client = await connected(server);
    const began = performance.now();
    client.send(get('/files/file.bin'));
    await client.head();
    await client.exactly(200 * KIB);
    const first = performance.now() - began;
    await client.exactly(100 * KIB);
    expect(first).toBeLessThan(300);
    expectAbout(performance.now() - began, 500);
  });

  it('the head of an answer does not wait, however low the rate is', async () => {
    const server = await started({ static: await files(), ...rule({ rate: 100 }) });
    const client = await connected(server);
    const began = performance.now();
    client.send(get('/files/file.bin'));
    expect((await client.head()).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(LATE);
    await client.exactly(20);
    expectAbout(performance.now() - began, 200);
  });

  it('answers of views, of upstreams and of the cache have it, too', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('u'.repeat(100 * KIB), 'Cache-Control: max-age=60\r\n')));
    const server = await started({ app, workers: 1, proxy: [{ prefix: '/up/', upstream: upstream.url, cache: true }], ...rule({ rate: '200kb' }) });
    const client = await connected(server);
    for (const path of ['/', '/up/', '/up/']) {
      const { got, ms } = await timed(client, get(path));
      expectAbout(ms, (got.body.length / (200 * KIB)) * 1000);
    }
    expect(upstream.requests).toHaveLength(1);
    expect(server.stats().cacheHits).toBe(1);
  });

  it('parts of a file have it together', async () => {
    const server = await started({ static: await files(), ...rule({ rate: '200kb' }) });
    const { got, ms } = await timed(await connected(server), get('/files/file.bin', 'Range: bytes=0-49999,100000-149999'));
    expect(got.status).toBe(206);
    expectAbout(ms, (got.body.length / (200 * KIB)) * 1000);
  });

  it('the first rule that covers the request counts, and other requests are not slowed down', async () => {
    const bandwidth = [{ prefix: '/files/', methods: ['POST'], rate: 1 }, { prefix: '/files/', host: 'other.example', rate: 1 }, { prefix: '/files/', rate: 0 }, { prefix: '/', rate: 1 }];
    const server = await started({ static: await files(), limits: { bandwidth } });
    const { got, ms } = await timed(await connected(server), get('/files/file.bin'));
    expect(got.body).toHaveLength(300 * KIB);
    expect(ms).toBeLessThan(LATE);
  });

  it.skipIf(!hasOpenssl)('over TLS, as without', async () => {
    const tls = await certificate(await directoryWith(), 'site');
    const server = await started({ static: await files(), listen: { port: 0, tls }, ...rule({ rate: '300kb' }) });
    const { got, ms } = await timed(await secured(server), get('/files/file.bin'));
    expect(got.body).toHaveLength(300 * KIB);
    expectAbout(ms, 1000);
  });

  it('a reload of the configuration changes it for the requests that follow', async () => {
    const mounts = await files(50 * KIB);
    const server = await started({ static: mounts, ...rule({ rate: '50mb' }) });
    const client = await connected(server);
    expect((await timed(client, get('/files/file.bin'))).ms).toBeLessThan(LATE);
    await server.reload({ static: mounts, ...rule({ rate: '100kb' }) });
    expectAbout((await timed(client, get('/files/file.bin'))).ms, 500);
  });
});

describe('by the answer', () => {
  const view = async (path: string) => timed(await connected(await started({ app, workers: 1 })), get(path));

  it('limitRate of a response', async () => {
    const { got, ms } = await view('/slow/?size=51200');
    expect([got.body.length, got.field('x-accel-limit-rate')]).toEqual([51_200, undefined]);
    expectAbout(ms, 500);
  });

  it('limitRate with the bytes that are free of it', async () => {
    expectAbout((await view('/later/?size=102400')).ms, 500);
  });

  it('limitRate of a streamed response, whose view is held back', async () => {
    const server = await started({ app, workers: 1 });
    const client = await connected(server);
    client.send(get(`/stream/?size=${2048 * KIB}`));
    await client.head();
    await expect.poll(() => client.unread.length, { timeout: 10_000 }).toBeGreaterThan(100 * KIB);
    expect(Number((await ask(server.url, get('/made/'))).text)).toBeLessThan(900 * KIB);
    expect(client.unread.length).toBeLessThan(900 * KIB);
  });

  it('limitRate of file()', async () => {
    const [mount] = await files(50 * KIB);
    const server = await started({ app, workers: 1, static: [{ ...mount, prefix: '/private/', internal: true } as never] });
    const { got, ms } = await timed(await connected(server), get('/file/'));
    expect([got.body.length, got.field('x-accel-limit-rate')]).toEqual([50 * KIB, undefined]);
    expectAbout(ms, 500);
  });

  it('a limitRate that is none is an error of the view', async () => {
    const errors = takeErrors();
    const server = await started({ app, workers: 1 });
    expect((await ask(server.url, get('/wrong/'))).status).toBe(500);
    expect(errors()).toContain('limitRate: got "fast", expected bytes from 0 to 1024gb, as a number or a text such as "100kb"');
  });

  it('X-Accel-Limit-Rate of an upstream, which the client does not see', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('u'.repeat(50 * KIB), 'X-Accel-Limit-Rate: 102400\r\n')));
    const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url }] });
    const { got, ms } = await timed(await connected(server), get('/'));
    expect([got.body.length, got.field('x-accel-limit-rate')]).toEqual([50 * KIB, undefined]);
    expectAbout(ms, 500);
  });

  it('goes before the configuration: 0 and "off" lift it', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('u'.repeat(50 * KIB), 'X-Accel-Limit-Rate: off\r\n')));
    const server = await started({ app, workers: 1, proxy: [{ prefix: '/up/', upstream: upstream.url }], ...rule({ rate: 100 }) });
    expect((await timed(await connected(server), get('/free/'))).ms).toBeLessThan(LATE);
    expect((await timed(await connected(server), get('/up/'))).ms).toBeLessThan(LATE);
  });
});

describe('while an answer is paced', () => {
  /** A client that downloads slowly, beside what a test does. */
  async function downloading(config: Config = {}) {
    const server = await started({ static: await files(), ...rule({ prefix: '/files/file.bin/', rate: '200kb' }), ...config });
    const client = await connected(server);
    client.send(get('/files/file.bin'));
    await client.head();
    return { server, client };
  }

  it('others are answered as ever', async () => {
    const { server } = await downloading();
    const client = await connected(server);
    for (let i = 0; i < 20; i++) expect((await timed(client, get('/files/small.txt'))).ms).toBeLessThan(LATE);
  });

  it('timeouts.write does not run', async () => {
    const { client } = await downloading({ timeouts: { write: 300 } });
    expect(await client.exactly(300 * KIB)).toHaveLength(300 * KIB);
  });

  it('timeouts.write still ends a client that takes nothing', async () => {
    const server = await started({ static: await files(20_000 * KIB), timeouts: { write: 400 }, ...rule({ rate: '100mb' }) });
    const client = await connected(server);
    client.socket.pause();
    client.send(get('/files/file.bin'));
    await expect.poll(() => server.stats().connectionsOpen, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => server.stats().connectionsOpen, { timeout: 10_000 }).toBe(0);
  });

  it('pipelined answers keep their order, and each its own time', async () => {
    const server = await started({ static: await files(60 * KIB), ...rule({ prefix: '/files/file.bin/', rate: '200kb' }) });
    const client = await connected(server);
    const began = performance.now();
    client.send(get('/files/file.bin') + get('/files/small.txt') + get('/files/file.bin') + get('/files/small.txt'));
    const lengths = [];
    for (let i = 0; i < 4; i++) lengths.push((await client.answer()).body.length);
    expect(lengths).toEqual([60 * KIB, 5, 60 * KIB, 5]);
    expectAbout(performance.now() - began, 600);
  });

  it('a view that is slower than the rate is not slowed down', async () => {
    const server = await started({ static: await files(), app, workers: 1, ...rule({ prefix: '/made/', rate: 1000 }) });
    const client = await connected(server);
    for (let i = 0; i < 3; i++) expect((await timed(client, get('/made/'))).ms).toBeLessThan(LATE);
  });

  it('HEAD and 304 have nothing to wait for', async () => {
    const server = await started({ static: await files(), ...rule({ rate: 1 }) });
    const client = await connected(server);
    client.send(head('HEAD', '/files/file.bin'));
    const seen = await client.answer('HEAD');
    expect(seen.field('content-length')).toBe(String(300 * KIB));
    expect((await timed(client, get('/files/file.bin', `If-None-Match: ${seen.field('etag')}`))).got.status).toBe(304);
  });

  it('a stop waits for it, as long as its grace', async () => {
    const { server, client } = await downloading();
    const closed = server.close({ grace: 10_000 });
    expect(await client.exactly(300 * KIB)).toHaveLength(300 * KIB);
    expect(await closed).toMatchObject({ cut: 0 });
  });

  it('a client that leaves takes it along', async () => {
    const { server, client } = await downloading();
    client.reset();
    await expect.poll(() => server.stats().connectionsOpen, { timeout: 10_000 }).toBe(0);
  });
});
