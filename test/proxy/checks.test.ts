/** Active checks of servers. What they find out reaches every request; intervals are short here. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { FastServer, UpstreamConfig } from '../../dist/index.js';
import { atEnd, connected, directoryWith, started, takeErrors } from '../support/servers.ts';
import { answer, RawUpstream } from './upstream.ts';

const CHECK = { path: '/healthz?from=front', interval: 50, timeout: 2000, rise: 2, fall: 2 };

/** A server with a page and a health answer that tests change. */
async function checked(name: string): Promise<{ url: string; health: string; checks: string[] }> {
  const state = { url: '', health: answer('fine'), checks: [] as string[] };
  const upstream = await RawUpstream.start(({ head, socket }) => {
    if (!head.includes('/healthz')) return void socket.write(answer(name));
    state.checks.push(head);
    socket.write(state.health);
  });
  state.url = upstream.url;
  return state;
}

function front(servers: string[], check: UpstreamConfig['check'], options: object = {}): Promise<FastServer> {
  return started({ upstreams: { farm: { servers, check, ...options } }, proxy: [{ prefix: '/', upstream: 'farm' }] });
}

const states = (server: FastServer) => server.upstream('farm').list().map(({ state }) => state);

async function ask(server: FastServer): Promise<{ status: number; text: string }> {
  const client = await connected(server);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const { status, text } = await client.answer();
  return { status, text };
}

describe('a server whose checks fail', () => {
  it('gets no requests, is named in the log, and comes back when they pass', async () => {
    const errors = takeErrors();
    const [first, second] = [await checked('first'), await checked('second')];
    const server = await front([first.url, second.url], CHECK);
    first.health = answer('ill', '', '500 Oops');
    await expect.poll(() => states(server), { timeout: 20_000 }).toEqual(['failing', 'up']);
    for (let i = 0; i < 4; i += 1) expect((await ask(server)).text).toBe('second');
    await expect.poll(errors, { timeout: 20_000 }).toContain(`upstream farm: ${first.url} gets no requests: its checks fail, the last with an answer with 500`);
    first.health = answer('fine');
    await expect.poll(() => states(server), { timeout: 20_000 }).toEqual(['up', 'up']);
    await expect.poll(errors, { timeout: 20_000 }).toContain(`upstream farm: ${first.url} serves again`);
    expect(first.checks[0]).toContain('GET /healthz?from=front HTTP/1.1\r\nHost: 127.0.0.1:');
    const [shown] = server.upstream('farm').list();
    expect(shown?.checksFailed).toBeGreaterThanOrEqual(2);
    expect(shown?.failed).toBe(0);
  }, 60_000);

  it('lacks the text that is looked for, lies about its length, or says nothing in time', async () => {
    const wrong = [answer('all is ill'), 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', ''];
    const servers = await Promise.all(wrong.map(() => checked('x')));
    servers.forEach((server, n) => {
      server.health = wrong[n] ?? '';
    });
    const right = await checked('right');
    right.health = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nall \r\n8\r\nis well!\r\n0\r\n\r\n';
    const server = await front([...servers, right].map(({ url }) => url), { ...CHECK, timeout: 300, body: 'all is well' });
    await expect.poll(() => states(server), { timeout: 20_000 }).toEqual(['failing', 'failing', 'failing', 'up']);
    expect((await ask(server)).text).toBe('right');
  }, 60_000);

  it('and is the only one gets nothing: 503 at once', async () => {
    const only = await checked('only');
    only.health = answer('', '', '404 Not Found');
    const server = await front([only.url], CHECK);
    await expect.poll(() => states(server), { timeout: 20_000 }).toEqual(['failing']);
    expect((await ask(server)).status).toBe(503);
  }, 60_000);
});

it('a check that only connects, and one over uwsgi', async () => {
  const path = `${await directoryWith()}/app.sock`;
  let healthy = true;
  const application = createServer((socket) => {
    socket.once('data', (bytes) => socket.end(bytes.includes('/healthz') && healthy ? 'HTTP/1.1 200 OK\r\n\r\nfine' : 'HTTP/1.1 500 Oops\r\n\r\n'));
    socket.on('error', () => {});
  });
  application.listen(path);
  await once(application, 'listening');
  atEnd(() => void application.close());
  const mute = await RawUpstream.start(() => {});
  const server = await started({
    upstreams: {
      farm: { servers: [mute.url, 'http://127.0.0.1:1'], check: { tcp: true, interval: 50, fall: 2 } },
      app: { servers: [`uwsgi+unix:${path}`], check: CHECK },
    },
    proxy: [{ prefix: '/', upstream: 'farm' }, { prefix: '/app/', upstream: 'app' }],
  });
  await expect.poll(() => states(server), { timeout: 20_000 }).toEqual(['up', 'failing']);
  await expect.poll(() => server.upstream('app').list()[0]?.checksPassed, { timeout: 20_000 }).toBeGreaterThan(1);
  healthy = false;
  await expect.poll(() => server.upstream('app').list()[0]?.state, { timeout: 20_000 }).toBe('failing');
}, 60_000);

it('servers that join are checked, servers that leave no more', async () => {
  const [first, second] = [await checked('first'), await checked('second')];
  const server = await front([first.url], CHECK);
  await server.upstream('farm').add(second.url);
  await expect.poll(() => second.checks.length, { timeout: 20_000 }).toBeGreaterThan(1);
  server.upstream('farm').remove(first.url);
  const before = second.checks.length;
  await expect.poll(() => second.checks.length, { timeout: 20_000 }).toBeGreaterThan(before + 2);
  const seen = first.checks.length;
  const later = second.checks.length;
  await expect.poll(() => second.checks.length, { timeout: 20_000 }).toBeGreaterThan(later + 4);
  expect(first.checks.length).toBe(seen);
}, 60_000);
