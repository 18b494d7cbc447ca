/** Limits on what a peer can make large or slow: the status, and the end of the connection. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, type Client, get, head } from '../support/client.ts';
import { connected, inline } from '../support/servers.ts';

function answering(config: Config) {
  return inline((_request, respond) => respond(200, [], 'ok'), config);
}

async function refused(client: Client, status: number): Promise<void> {
  const answer = await client.answer();
  expect([answer.status, answer.field('connection')]).toEqual([status, 'close']);
  client.finish();
  await client.ended();
}

describe('the size of a head', () => {
  const limits = { requestLine: 300, head: 1000, fields: 10 };

  it('at each limit is taken', async () => {
    const server = await answering({ limits });
    const target = `/${'a'.repeat(300 - 'GET / HTTP/1.1'.length - 2)}`;
    expect((await ask(server.url, get(target))).status).toBe(200);
    const rest = 1000 - get('/', 'X-A: ').length;
    expect((await ask(server.url, get('/', `X-A: ${'b'.repeat(rest)}`))).status).toBe(200);
    expect((await ask(server.url, get('/', ...Array.from({ length: 9 }, (_, i) => `X-${i}: y`)))).status).toBe(200);
  });

  it.each([
    ['a request line too long', get(`/${'a'.repeat(300)}`), 414],
    ['a head too large', get('/', `X-A: ${'b'.repeat(1000)}`), 431],
    ['too many fields', get('/', ...Array.from({ length: 10 }, (_, i) => `X-${i}: y`)), 431],
  ])('beyond: %s', async (_name, bytes, status) => {
    const server = await answering({ limits });
    const client = await connected(server);
    client.send(bytes);
    await refused(client, status);
    expect(server.stats().parseErrors).toBe(1);
  });

  it.each([
    ['a request line that never ends', 'GET /', 414],
    ['a head that never ends', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: ', 431],
    ['a method that never ends', '', 501],
  ])('beyond, before its end has come: %s', async (_name, bytes, status) => {
    const server = await answering({ limits });
    const client = await connected(server);
    client.send(bytes + 'a'.repeat(5000));
    const answer = await client.answer();
    expect(answer.field('connection')).toBe('close');
    expect(answer.status).toBe(status);
  });
});

describe('the content', () => {
  it('of zero bytes is all that body: 0 allows', async () => {
    const server = await answering({ limits: { body: 0 } });
    expect((await ask(server.url, head('POST', '/', 'Content-Length: 0'))).status).toBe(200);
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 1'));
    await refused(client, 413);
  });

  it('whose length is beyond what numbers hold is refused', async () => {
    const server = await answering({});
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 99999999999999999999999'));
    const answer = await client.answer();
    expect([400, 413]).toContain(answer.status);
  });
});

describe('time', () => {
  it('for a head: 408 and the end', async () => {
    const server = await answering({ timeouts: { header: 150 } });
    const client = await connected(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n');
    await refused(client, 408);
  });

  it('for a head runs on while bytes drip', async () => {
    const server = await answering({ timeouts: { header: 300 } });
    const client = await connected(server);
    const drip = setInterval(() => client.socket.write('a'), 20);
    client.send('GET / HTTP/1.1\r\nX-A: ');
    const answer = await client.answer().finally(() => clearInterval(drip));
    expect(answer.status).toBe(408);
  });

  it('for the first byte: the end without a word', async () => {
    const server = await answering({ timeouts: { header: 150 } });
    const client = await connected(server);
    await client.ended();
  });

  it('between two requests: the end without a word', async () => {
    const server = await answering({ timeouts: { keepAlive: 150 } });
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.answer()).status).toBe(200);
    expect(await client.ended()).toBe('fin');
  });

  it('for the second head counts from its first byte', async () => {
    const server = await answering({ timeouts: { header: 150 } });
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.answer()).status).toBe(200);
    client.send('GET');
    await refused(client, 408);
  });

  it('for collected content: 408 and the end', async () => {
    const server = await answering({ timeouts: { body: 150 } });
    const client = await connected(server);
    client.send(`${head('POST', '/', 'Content-Length: 10')}abc`);
    await refused(client, 408);
  });

  it('of 0 is no limit', async () => {
    const server = await answering({ timeouts: { header: 0, body: 0, keepAlive: 0, write: 0, request: 0, queue: 0 } });
    const client = await connected(server);
    client.send('GET / HTTP/1.1\r\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.send('Host: a\r\n\r\n');
    expect((await client.answer()).text).toBe('ok');
  });
});

describe('the number of connections', () => {
  it('beyond the limit wait, and are served when others end', async () => {
    const server = await answering({ limits: { connections: 5 } });
    const first = await Promise.all(Array.from({ length: 5 }, () => connected(server)));
    for (const client of first) {
      client.send(get('/'));
      expect((await client.answer()).status).toBe(200);
    }
    const late = await connected(server);
    late.send(get('/'));
    await expect.poll(() => server.stats().acceptPauses).toBeGreaterThan(0);
    expect(late.unread).toHaveLength(0);
    first[0]?.destroy();
    expect((await late.answer()).status).toBe(200);
  });
});
