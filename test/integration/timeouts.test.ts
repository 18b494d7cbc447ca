/** Time that a client may take for its content and for reading, and what waits inside. Heads and idling: limits.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, type Client, get, head } from '../support/client.ts';
import { atEnd, connected, inline, signal, takeErrors } from '../support/servers.ts';

const KIB = 1024;

/** Reads all content before it answers. */
function reading(config: Config) {
  return inline(async (request, respond) => {
    try {
      respond(200, [], String((await request.body.bytes()).length));
    } catch {
      respond(400, [], null);
    }
  }, config);
}

/** Sends `byte` every 25 ms until the test ends. */
function drip(client: Client, bytes = 'a'): void {
  const timer = setInterval(() => client.socket.writable && client.socket.write(bytes), 25);
  atEnd(() => clearInterval(timer));
}

async function refusedWith408(client: Client): Promise<void> {
  const answer = await client.answer();
  expect([answer.status, answer.field('connection')]).toEqual([408, 'close']);
}

describe('timeouts.bodyTotal', () => {
  it.each([
    ['collected', 'Content-Length: 1000', 'a'],
    ['streamed', 'Content-Length: 100000', 'a'],
    ['chunked', 'Transfer-Encoding: chunked', '1\r\na\r\n'],
  ])('ends content that drips for ever: %s', async (_name, framing, piece) => {
    takeErrors();
    const server = await reading({ timeouts: { bodyTotal: 400, body: 5000 } });
    const client = await connected(server);
    const began = performance.now();
    client.send(head('POST', '/', framing));
    drip(client, piece);
    await refusedWith408(client);
    expect(performance.now() - began).toBeGreaterThan(395);
  });

  it('holds where timeouts.body is off', async () => {
    const server = await reading({ timeouts: { bodyTotal: 200, body: 0 } });
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 10'));
    await refusedWith408(client);
  });

  it('of 0 is no limit', async () => {
    const server = await reading({ timeouts: { bodyTotal: 0, body: 0 }, limits: { minRate: 0 } });
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 10'));
    for (let i = 0; i < 10; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.send('a');
    }
    expect((await client.answer()).text).toBe('10');
  });

  it('begins anew with each request', async () => {
    const server = await reading({ timeouts: { bodyTotal: 400 } });
    const client = await connected(server);
    for (let i = 0; i < 4; i++) {
      client.send(`${head('POST', '/', 'Content-Length: 4')}ab`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      client.send('cd');
      expect((await client.answer()).text).toBe('4');
    }
  });

  it('does not count the time in which the application does not read', async () => {
    const wait = signal();
    const server = await inline(
      async (request, respond) => {
        const size = { bytes: 0 };
        for await (const piece of request.body) {
          size.bytes += piece.length;
          await wait.promise;
        }
        respond(200, [], String(size.bytes));
      },
      { timeouts: { bodyTotal: 500, request: 0 }, limits: { body: '64mb' } },
    );
    const client = await connected(server);
    const content = Buffer.alloc(16 * KIB * KIB, 'x');
    client.send(head('POST', '/', `Content-Length: ${content.length}`));
    client.send(content);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(client.unread).toHaveLength(0);
    wait.resolve();
    expect((await client.answer()).text).toBe(String(content.length));
  });
});

describe('limits.minRate', () => {
  it('ends content that comes too slowly, and not what is fast enough', async () => {
    const server = await reading({ timeouts: { body: '1m' }, limits: { minRate: 100 } });
    const [slow, fast] = [await connected(server), await connected(server)];
    slow.send(head('POST', '/', 'Content-Length: 5000'));
    fast.send(head('POST', '/', 'Content-Length: 5000'));
    drip(slow, 'a');
    drip(fast, 'aaaaaa');
    const began = performance.now();
    await expect.poll(() => slow.unread.length, { timeout: 25_000, interval: 100 }).toBeGreaterThan(0);
    expect((performance.now() - began) / 1000).toBeGreaterThan(14);
    await refusedWith408(slow);
    await expect.poll(() => fast.unread.length, { timeout: 25_000, interval: 100 }).toBeGreaterThan(0);
    expect((await fast.answer()).text).toBe('5000');
  });
});

describe('timeouts.body', () => {
  it('ends streamed content that stops, and the application hears of it', async () => {
    const heard = signal<string>();
    const server = await inline(
      async (request) => {
        await request.body.bytes().catch((error: Error) => heard.resolve(error.name));
      },
      { timeouts: { body: 200 } },
    );
    const client = await connected(server);
    client.send(`${head('POST', '/', 'Content-Length: 100000')}abc`);
    await refusedWith408(client);
    expect(await heard.promise).toBe('BodyAbortedError');
  });
});

describe('timeouts.write', () => {
  it('cuts a client that does not take its answer', async () => {
    const server = await inline((_request, respond) => respond(200, [], Buffer.alloc(32 * KIB * KIB)), { timeouts: { write: 300 } });
    const client = await connected(server);
    client.socket.pause();
    client.send(get('/'));
    await expect.poll(() => server.stats().connectionsOpen).toBe(1);
    await expect.poll(() => server.stats().connectionsOpen, { timeout: 10_000 }).toBe(0);
  });

  it('counts from the last progress', async () => {
    const size = 8 * KIB * KIB;
    const server = await inline((_request, respond) => respond(200, [], Buffer.alloc(size)), { timeouts: { write: 1000 } });
    const client = await connected(server, { highWaterMark: 64 * KIB });
    client.send(get('/'));
    await client.head();
    const began = performance.now();
    for (let left = size; left > 0; left -= size / 8) {
      await client.exactly(size / 8);
      client.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 250));
      client.socket.resume();
    }
    expect(performance.now() - began).toBeGreaterThan(1500);
  });
});

describe('time inside', () => {
  it('timeouts.request: 504, and the signal aborts', async () => {
    const aborted = signal();
    const server = await inline((request) => request.signal.addEventListener('abort', () => aborted.resolve()), { timeouts: { request: 150 } });
    expect((await ask(server.url, get('/'))).status).toBe(504);
    await aborted.promise;
    expect(server.stats().timedOut).toBe(1);
  });

  it('limits.inFlight: further requests wait, and timeouts.queue ends the wait with 503', async () => {
    const server = await inline(() => {}, { limits: { inFlight: 1 }, timeouts: { queue: 150, request: 5000 } });
    const first = await connected(server);
    first.send(get('/'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    const answer = await ask(server.url, get('/'));
    expect([answer.status, answer.field('retry-after')]).toEqual([503, '1']);
  });

  it('limits.queued: beyond it 503 at once', async () => {
    const server = await inline(() => {}, { limits: { inFlight: 1, queued: 1 }, timeouts: { request: 5000 } });
    const [first, second] = [await connected(server), await connected(server)];
    first.send(get('/'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    second.send(get('/'));
    await expect.poll(() => server.stats().queued).toBe(1);
    const answer = await ask(server.url, get('/'));
    expect([answer.status, answer.field('retry-after')]).toEqual([503, '1']);
    expect(server.stats().rejectedQueueFull).toBe(1);
  });
});
