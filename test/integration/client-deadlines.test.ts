/** Clients that say how long they wait: what has not been answered by then gets 504, and what has not begun does not run. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { answer, RawUpstream, valuesOf } from '../proxy/upstream.ts';
import { ask, chunked, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, signal, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('lined-up.mjs');
const BELIEVES: Config = { timeouts: { client: true } };

/** A server whose only worker is held for `ms` from now on; the file has a line for each view that ran, the first one's too. */
async function busy(ms: number, config: Config = BELIEVES) {
  const server = await started({ app, pools: { default: { workers: 1 } }, ...config });
  const mark = join(await directoryWith(), 'ran');
  (await connected(server)).send(get(`/block/?key=first&ms=${ms}&mark=${mark}`));
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  return { server, mark, ran: () => readFileSync(mark, 'utf8').trim().split('\n') };
}

describe('while the worker is busy', () => {
  it('200 requests with a deadline of 100 ms get 504, none before that, and none of them ever runs', async () => {
    const path = join(await directoryWith(), 'log');
    const log = { access: 'json' as const, fields: ['status', 'duration_ms'], path, only: { status: [504] } };
    const { server, mark, ran } = await busy(2000, { ...BELIEVES, log });
    const clients = await Promise.all(Array.from({ length: 200 }, () => connected(server)));
    for (const client of clients) client.send(get(`/block/?key=late&ms=0&mark=${mark}`, 'Request-Timeout: 0.1'));
    for (const client of clients) expect((await client.answer()).status).toBe(504);
    // The server's own clock: this thread shares its core with the view.
    const lines = () => readFileSync(path, 'utf8').trim().split('\n');
    await expect.poll(() => lines().length, { timeout: 10_000 }).toBe(200);
    const times = lines().map((line) => (JSON.parse(line) as { duration_ms: number }).duration_ms);
    expect(Math.min(...times)).toBeGreaterThan(98);
    expect(server.stats()).toMatchObject({ deadlinesPassed: 200, timedOut: 0, rejectedQueueFull: 0, queued: 0 });
    expect((await ask(server.url, get(`/block/?key=last&ms=0&mark=${mark}`))).status).toBe(200);
    expect(ran()).toEqual(['first', 'last']);
  });

  it('those in a line that the worker does not see are dropped from it', async () => {
    const exact = { ...BELIEVES, pools: { default: { workers: 1, queue: { order: 'newest-first' as const } } } };
    const { server, mark, ran } = await busy(1000, exact);
    const late = await connected(server);
    late.send(get(`/block/?key=late&ms=0&mark=${mark}`, 'grpc-timeout: 50m'));
    expect((await late.answer()).status).toBe(504);
    expect(server.stats()).toMatchObject({ deadlinesPassed: 1, queued: 0 });
    expect((await ask(server.url, get(`/block/?key=last&ms=0&mark=${mark}`))).status).toBe(200);
    expect(ran()).toEqual(['first', 'last']);
  });

  it('those that wait for a place among the requests of their route are dropped, too', async () => {
    const server = await started({ app, workers: 1, ...BELIEVES });
    const mark = join(await directoryWith(), 'ran');
    const first = await connected(server);
    first.send(get(`/one-by-one/?key=first&ms=600&mark=${mark}`));
    await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
    expect((await ask(server.url, get(`/one-by-one/?key=late&ms=0&mark=${mark}`, 'Connect-Timeout-Ms: 50'))).status).toBe(504);
    expect((await first.answer()).status).toBe(200);
    expect(readFileSync(mark, 'utf8')).toBe('first\n');
  });

  it('the connection of a request whose time was over serves the next one', async () => {
    const { server } = await busy(500);
    const client = await connected(server);
    client.send(get('/', 'Request-Timeout: 0.05'));
    expect((await client.answer()).status).toBe(504);
    client.send(get('/'));
    expect((await client.answer()).status).toBe(200);
  });
});

describe('a deadline that has passed', () => {
  it('when the request comes is 504 at once, without a worker', async () => {
    const server = await started({ app, workers: 1, ...BELIEVES });
    expect((await ask(server.url, get('/', 'X-Request-Deadline: Sun, 06 Nov 1994 08:49:37 GMT'))).status).toBe(504);
    expect(server.stats()).toMatchObject({ requestsToWorkers: 0, deadlinesPassed: 1 });
  });

  it('while a view runs aborts its signal with a TimeoutError', async () => {
    const aborted = signal<string>();
    const server = await inline((request) => request.signal.addEventListener('abort', () => aborted.resolve((request.signal.reason as Error).name)), BELIEVES);
    expect((await ask(server.url, get('/', 'Request-Timeout: 0.1'))).status).toBe(504);
    expect(await aborted.promise).toBe('TimeoutError');
  });

  it('does not end the worker of a view that blocks', async () => {
    const errors = takeErrors();
    const server = await started({ app, workers: 1, ...BELIEVES });
    expect((await ask(server.url, get('/block/?key=x&ms=700', 'Request-Timeout: 0.05'))).status).toBe(504);
    expect((await ask(server.url, get('/'))).status).toBe(200);
    expect(errors()).toBe('');
  });

  it('while the content comes is 504 before a worker is asked', async () => {
    const server = await started({ app, workers: 1, ...BELIEVES });
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 4', 'Request-Timeout: 0.05'));
    await expect.poll(() => server.stats().requests, { timeout: 10_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 80));
    client.send('four');
    expect((await client.answer()).status).toBe(504);
    expect(server.stats()).toMatchObject({ deadlinesPassed: 1 });
  });

  it('after the answer has begun cuts nothing', async () => {
    const server = await inline(async (_request, respond) => {
      respond(200, [], (async function* () {
        yield Buffer.from('be');
        await new Promise((resolve) => setTimeout(resolve, 200));
        yield Buffer.from('gun');
      })());
    }, BELIEVES);
    expect((await ask(server.url, get('/', 'Request-Timeout: 0.1'))).text).toBe('begun');
  });
});

describe('a longer time than the server gives', () => {
  it('changes nothing', async () => {
    const server = await inline(() => {}, { timeouts: { client: true, request: 100 } });
    const began = performance.now();
    expect((await ask(server.url, get('/', 'Request-Timeout: 60'))).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(server.stats()).toMatchObject({ deadlinesPassed: 0, timedOut: 1 });
  });

  it('leaves the soft limit where it is', async () => {
    const aborted = signal();
    const server = await inline((request, respond) => request.signal.addEventListener('abort', () => {
      aborted.resolve();
      respond(200, [], 'less');
    }), { timeouts: { client: true, request: 0, requestSoft: 100 } });
    expect((await ask(server.url, get('/', 'Request-Timeout: 60'))).text).toBe('less');
    await aborted.promise;
  });
});

describe('who is believed', () => {
  const late = get('/', 'X-Request-Deadline: 1');

  it('nobody, unless the configuration says so', async () => {
    const server = await started({ app, workers: 1 });
    expect((await ask(server.url, late)).status).toBe(200);
  });

  it('with "trusted" the proxies of trustProxy, and no one else', async () => {
    const trusting = (trustProxy: string[]) => started({ app, workers: 1, trustProxy, timeouts: { client: 'trusted' } });
    expect((await ask((await trusting(['127.0.0.0/8'])).url, late)).status).toBe(504);
    expect((await ask((await trusting(['10.0.0.0/8'])).url, late)).status).toBe(200);
  });

  it('what is nonsense says nothing', async () => {
    const server = await started({ app, workers: 1, ...BELIEVES });
    expect((await ask(server.url, get('/', 'Request-Timeout: soon', 'grpc-timeout: 5', 'X-Request-Deadline: 2026-13-01'))).status).toBe(200);
  });
});

describe('proxied requests', () => {
  it('get 504 at the deadline, which their server is not blamed for', async () => {
    const upstream = await RawUpstream.start(() => {});
    const server = await started({ ...BELIEVES, upstreams: { up: { servers: [upstream.url], health: { failures: 1 } } }, proxy: [{ prefix: '/', upstream: 'up' }] } as Config);
    const began = performance.now();
    expect((await ask(server.url, get('/', 'Request-Timeout: 0.1'))).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(upstream.requests).toHaveLength(1);
    expect(server.stats()).toMatchObject({ deadlinesPassed: 1, proxyFailures: 0 });
  });

  it('say what is left, in the fields that they came with', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('ok')));
    const server = await started({ ...BELIEVES, proxy: [{ prefix: '/', upstream: upstream.url }] });
    const client = await connected(server);
    const deadline = new Date(Date.now() + 60_000).toISOString();
    client.send(head('POST', '/', 'Transfer-Encoding: chunked', 'Request-Timeout: 30', 'grpc-timeout: 40S', 'Connect-Timeout-Ms: nonsense', `X-Request-Deadline: ${deadline}`));
    await expect.poll(() => server.stats().requests, { timeout: 10_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    client.send(chunked('content'));
    expect((await client.answer()).status).toBe(200);
    const sent = upstream.requests[0]?.head ?? '';
    const [seconds] = valuesOf(sent, 'request-timeout');
    expect(Number(seconds)).toBeLessThanOrEqual(29.95);
    expect(Number(seconds)).toBeGreaterThan(20);
    expect(valuesOf(sent, 'grpc-timeout')).toEqual([`${Number(seconds) * 1000}m`]);
    expect(valuesOf(sent, 'connect-timeout-ms')).toEqual([]);
    expect(valuesOf(sent, 'x-request-deadline')).toEqual([deadline]);
  });

  it('pass the fields on as they are where nobody is believed', async () => {
    const upstream = await RawUpstream.start(({ socket }) => void socket.write(answer('ok')));
    const server = await started({ proxy: [{ prefix: '/', upstream: upstream.url }] });
    await ask(server.url, get('/', 'Request-Timeout: 030.0'));
    expect(valuesOf(upstream.requests[0]?.head ?? '', 'request-timeout')).toEqual(['030.0']);
  });

  it('whose 504 is the client\'s own leave nothing of it in the cache', async () => {
    let slow = true;
    const upstream = await RawUpstream.start(({ socket }) => void (slow || socket.write(answer('ok', 'Cache-Control: max-age=60\r\n'))));
    const cache = { ttl: { 504: '1h' } };
    const server = await started({ ...BELIEVES, proxy: [{ prefix: '/', upstream: upstream.url, cache }] } as Config);
    expect((await ask(server.url, get('/', 'Request-Timeout: 0.05'))).status).toBe(504);
    slow = false;
    expect((await ask(server.url, get('/'))).text).toBe('ok');
  });

  it('that wait for another one\'s answer wait no longer than their clients', async () => {
    const asked = signal();
    const upstream = await RawUpstream.start(() => asked.resolve());
    const server = await started({ ...BELIEVES, proxy: [{ prefix: '/', upstream: upstream.url, cache: true }] });
    (await connected(server)).send(get('/'));
    await asked.promise;
    const began = performance.now();
    expect((await ask(server.url, get('/', 'Request-Timeout: 0.1'))).status).toBe(504);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(server.stats().cacheWaits).toBe(1);
    expect(upstream.requests).toHaveLength(1);
  });
});

it('the access log has the time that the client gave', async () => {
  const directory = await directoryWith();
  const log = { access: 'json' as const, fields: ['status', 'client_timeout'], path: join(directory, 'log') };
  const server = await started({ app, workers: 1, ...BELIEVES, log });
  await ask(server.url, get('/', 'Request-Timeout: 2.5'));
  await ask(server.url, get('/', 'X-Request-Deadline: 1'));
  await ask(server.url, get('/'));
  const lines = () => (existsSync(log.path) ? readFileSync(log.path, 'utf8').trim().split('\n') : []);
  await expect.poll(() => lines().length, { timeout: 10_000 }).toBe(3);
  expect(lines().map((line) => JSON.parse(line))).toEqual([
    { status: 200, client_timeout: 2.5 },
    { status: 504, client_timeout: 0 },
    { status: 200, client_timeout: null },
  ]);
});
