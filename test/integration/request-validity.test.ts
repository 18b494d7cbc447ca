/** How long a request can be read (G10): its memory is the ring's, and others are written there afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { GatewayRequest, RawApplication } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { connected, inline } from '../support/servers.ts';

/** Reads the first request of an application, once more than a ring full of others has passed. */
async function readAfterwards(application: RawApplication): Promise<() => string> {
  let first: GatewayRequest | undefined;
  const server = await inline((request, respond) => {
    first ??= request;
    return application(request, respond);
  });
  const client = await connected(server);
  client.send(head('POST', '/first', 'Content-Length: 5') + 'ABCDE');
  expect((await client.answer()).status).toBe(200);
  for (let i = 0; i < 20; i++) {
    client.send(get(`/other-${i}`, `X-Padding: ${'x'.repeat(1000)}`).repeat(60));
    for (let answers = 0; answers < 60; answers++) await client.answer();
  }
  return () => `${first?.method} ${first?.path} ${Buffer.from(first?.body.available ?? []).toString()}`;
}

describe('a request that was answered in one piece', () => {
  it.each<[string, RawApplication]>([
    ['within its call', (_request, respond) => respond(200, [], 'x')],
    ['by an asynchronous handler', async (_request, respond) => respond(200, [], 'x')],
    [
      'by an asynchronous handler that had to wait',
      async (_request, respond) => {
        await sleep(5);
        respond(200, [], 'x');
      },
    ],
  ])('%s cannot be read any more when its handler is over', async (_when, application) => {
    expect(await readAfterwards(application)).toThrow('this request was answered and its handler is over');
  });

  it('after its handler has returned without a promise stays what it was', async () => {
    const read = await readAfterwards((_request, respond) => void setTimeout(() => respond(200, [], 'x'), 5));
    expect(read()).toBe('POST /first ABCDE');
  });
});

describe('a request', () => {
  it('that is answered by a stream stays what it was', async () => {
    const read = await readAfterwards((_request, respond) => respond(200, [], (async function* () { yield 'x'; })()));
    expect(read()).toBe('POST /first ABCDE');
  });

  it('of a handler that goes on behind its answer stays what it was', async () => {
    const read = await readAfterwards((_request, respond) => {
      respond(200, [], 'x');
      return new Promise(() => {});
    });
    expect(read()).toBe('POST /first ABCDE');
  });

  it('of a handler that waits is its own, whatever comes meanwhile', async () => {
    const server = await inline(async (request, respond) => {
      await sleep(Number(request.query));
      respond(200, [], `${request.path} ${Buffer.from(await request.body.bytes())}`);
    });
    const post = (name: string, ms: number) => ask(server.url, `${head('POST', `/${name}?${ms}`, 'Content-Length: 3')}${name.padStart(3, '.')}`);
    const slow = post('a', 300);
    const texts = await Promise.all(Array.from({ length: 200 }, (_, i) => post(`${i}`, i % 3).then(({ text }) => text)));
    expect(texts).toEqual(Array.from({ length: 200 }, (_, i) => `/${i} ${`${i}`.padStart(3, '.')}`));
    expect((await slow).text).toBe('/a ..a');
  });

  it('can be answered by a stream of its own large content', async () => {
    const server = await inline((request, respond) => respond(200, [], request.body), { limits: { body: '8mb' } });
    const content = Buffer.alloc(3_000_000, 'abcdefghij');
    const response = await fetch(server.url, { method: 'POST', body: content });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });
});
