/** What a hot request costs the I/O thread in system calls, as strace sees it. */
import { describe, expect, it } from 'vitest';
import { type Client, get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp } from '../support/servers.ts';
import { callsDuring, hasStrace } from '../support/strace.ts';
import { certificate, hasOpenssl, secured } from '../support/tls.ts';
import { type Victim, victim } from '../support/victim.ts';

const REQUESTS = 50;
/** Far above what a second look at a file takes, far below one call for each request. */
const NOW_AND_THEN = REQUESTS / 5;

/** Counts by name of the I/O thread's calls while `work` lasts. */
async function countsDuring(server: Victim, work: () => Promise<void>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of await callsDuring(server.pid, work)) {
    const name = line.slice(0, line.indexOf('('));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function ask(client: Client, path: string): Promise<void> {
  client.send(get(path));
  expect((await client.answer()).status).toBe(200);
}

/** Calls for REQUESTS requests of a path that was asked for before, on a connection that is there already. */
async function hotCalls(path: string): Promise<Record<string, number>> {
  const root = await directoryWith({ '1k.bin': Buffer.alloc(1024), '64k.bin': Buffer.alloc(65_536) });
  const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1, static: [{ prefix: '/s/', root }] });
  const client = await connected(server.url);
  await ask(client, path);
  return countsDuring(server, async () => {
    for (let i = 0; i < REQUESTS; i++) await ask(client, path);
  });
}

describe.skipIf(!hasStrace)('a hot request', () => {
  it('for a small file is a wait, a receive and a send', async () => {
    const { epoll_wait: waits = 0, recvfrom, sendto, ...others } = await hotCalls('/s/1k.bin');
    expect([recvfrom, sendto]).toEqual([REQUESTS, REQUESTS]);
    expect(waits).toBeLessThanOrEqual(2 * REQUESTS + 2);
    // Once in a second its name is looked at again, and by another thread while the file is so young that its times say little.
    for (const [name, count] of Object.entries(others)) expect(count, name).toBeLessThan(NOW_AND_THEN);
  });

  it('for a large file sends it from the page cache, and opens it once', async () => {
    const { recvfrom, sendto, sendfile = 0, ...others } = await hotCalls('/s/64k.bin');
    expect([recvfrom, sendto]).toEqual([REQUESTS, REQUESTS]);
    expect(sendfile).toBeGreaterThanOrEqual(REQUESTS);
    for (const [name, count] of Object.entries(others)) {
      if (/open|read|write|close|epoll_ctl/.test(name)) expect(count, name).toBeLessThan(NOW_AND_THEN);
    }
  });

  it('for a view is the same, beside the doorbells', async () => {
    const { recvfrom, sendto, epoll_wait: _, write: _rings, read: _rung, ...others } = await hotCalls('/view');
    expect([recvfrom, sendto]).toEqual([REQUESTS, REQUESTS]);
    expect(Object.keys(others).filter((name) => name !== 'restart_syscall')).toEqual([]);
  });
});

/** Asks for a file in the last request of a connection, and reads until the server has closed it. */
async function askOnce(client: Client): Promise<void> {
  client.send(get('/s/1k.bin', 'Connection: close'));
  expect((await client.answer()).status).toBe(200);
  expect(await client.ended()).toBe('fin');
}

describe.skipIf(!hasStrace)('the last answer of a connection', () => {
  it('is one send, in front of the FIN', async () => {
    const root = await directoryWith({ '1k.bin': Buffer.alloc(1024) });
    const server = await victim({ app: fixtureApp('hello.mjs'), workers: 1, static: [{ prefix: '/s/', root }] });
    const { sendto, shutdown, epoll_ctl: watches = 0 } = await countsDuring(server, async () => askOnce(await connected(server.url)));
    expect([sendto, shutdown]).toEqual([1, 1]);
    expect(watches).toBeLessThanOrEqual(2);
  });

  it.skipIf(!hasOpenssl)('has the goodbye of TLS with it', async () => {
    const root = await directoryWith({ '1k.bin': Buffer.alloc(1024) });
    const tls = await certificate(await directoryWith(), 'site');
    const listen = [{ host: '127.0.0.1', port: 0, tls }];
    const server = await victim({ listen, app: fixtureApp('hello.mjs'), workers: 1, static: [{ prefix: '/s/', root }] });
    const port = Number(new URL(server.url).port);
    const { sendto = 0, shutdown } = await countsDuring(server, async () => askOnce(await secured(port)));
    // The others are the server's part of the handshake, and a ticket when the request was not there by then.
    expect(sendto).toBeLessThanOrEqual(3);
    expect(shutdown).toBe(1);
  });
});
