/** Answers that are made piece by piece, and clients that do not wait for their end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defineApp, path, type ResponseBody, stream } from '../../dist/index.js';
import { ask, CutError, get, head } from '../support/client.ts';
import { connected, inline, signal, started, takeErrors } from '../support/servers.ts';

const KIB = 1024;

async function* pieces(...list: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* list;
}

function streaming(body: () => ResponseBody, fields: string[] = []) {
  return inline((_request, respond) => respond(200, fields, body()));
}

describe('a streamed answer', () => {
  it('is chunked and arrives whole', async () => {
    const server = await streaming(() => pieces('a', 'grüße', new Uint8Array([1, 2, 3]), '', 'z'));
    const answer = await ask(server.url, get('/'));
    expect(answer.field('transfer-encoding')).toBe('chunked');
    expect(answer.body).toEqual(Buffer.from('agrüße\x01\x02\x03z'));
  });

  it('arrives while it is made', async () => {
    const go = signal();
    const server = await streaming(async function* () {
      yield 'first';
      await go.promise;
      yield 'second';
    });
    const client = await connected(server);
    client.send(get('/'));
    await client.head();
    expect(String(await client.exactly(10))).toBe('5\r\nfirst\r\n');
    go.resolve();
    expect(String(await client.exactly(16))).toBe('6\r\nsecond\r\n0\r\n\r\n');
  });

  it('of nothing is an empty one', async () => {
    const server = await streaming(() => pieces());
    expect((await ask(server.url, get('/'))).body).toHaveLength(0);
  });

  it.each([1, 100, 16 * KIB, 16 * KIB + 1, 300 * KIB])('in pieces of %i bytes is whole', async (size) => {
    const count = Math.min(2000, Math.ceil((2 * KIB * KIB) / size));
    const server = await streaming(async function* () {
      for (let i = 0; i < count; i++) yield Buffer.alloc(size, i & 0xff);
    });
    const { body } = await ask(server.url, get('/'));
    expect(body).toHaveLength(size * count);
    for (let i = 0; i < count; i++) if (body[i * size] !== (i & 0xff) || body[i * size + size - 1] !== (i & 0xff)) throw new Error(`piece ${i} is another's`);
  });

  it('leaves the connection in order for the next request', async () => {
    const server = await streaming(() => pieces('x'.repeat(50_000), 'y'));
    const client = await connected(server);
    for (let i = 0; i < 3; i++) {
      client.send(get('/'));
      expect((await client.answer()).body).toHaveLength(50_001);
    }
  });

  it('with a declared length is not chunked', async () => {
    const server = await streaming(() => pieces('abc', 'de'), ['content-length', '5']);
    const answer = await ask(server.url, get('/'));
    expect([answer.field('content-length'), answer.field('transfer-encoding'), answer.text]).toEqual(['5', undefined, 'abcde']);
  });

  it.each([
    ['fewer', ['abc']],
    ['more', ['abc', 'def']],
  ])('with %s bytes than it declared looks cut', async (_name, list) => {
    const server = await streaming(() => pieces(...list), ['content-length', '5']);
    const client = await connected(server);
    client.send(get('/'));
    await expect(client.answer()).rejects.toThrow(CutError);
    await client.drained();
  });

  it('to HTTP/1.0 ends with the connection', async () => {
    const server = await streaming(() => pieces('abc', 'de'));
    const client = await connected(server);
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    const answer = await client.answer();
    expect([answer.field('transfer-encoding'), answer.field('connection'), answer.text]).toEqual([undefined, 'close', 'abcde']);
  });

  it.each([
    ['HEAD', head('HEAD', '/'), 200],
    ['204', get('/'), 204],
    ['304', get('/'), 304],
  ])('to %s sends no content and calls return() in the end', async (name, request, status) => {
    const ended = signal();
    const server = await inline((_request, respond) =>
      respond(
        status,
        [],
        (async function* () {
          try {
            for (let i = 0; i < 100; i++) yield 'x'.repeat(10_000);
          } finally {
            ended.resolve();
          }
        })(),
      ),
    );
    const client = await connected(server);
    client.send(request + request);
    expect((await client.answer(name === 'HEAD' ? 'HEAD' : 'GET')).status).toBe(status);
    expect((await client.answer(name === 'HEAD' ? 'HEAD' : 'GET')).status).toBe(status);
    await ended.promise;
    expect(client.unread).toHaveLength(0);
  });
});

describe('a stream that fails', () => {
  it('before its first piece looks cut and is logged', async () => {
    const errors = takeErrors();
    const server = await streaming(async function* () {
      if (Date.now() > 0) throw new Error('source broke');
      yield '';
    });
    const client = await connected(server);
    client.send(get('/broken'));
    await expect(client.answer()).rejects.toThrow(CutError);
    await expect.poll(errors).toMatch(/ error GET \/broken: Error: source broke\n {4}at /);
  });

  /** Breaks once `cue` has come, behind a thousand bytes. */
  function breaking(cue: () => Promise<void> = () => sleep(1)) {
    takeErrors();
    return streaming(async function* () {
      yield 'a'.repeat(1000);
      await cue();
      throw new Error('source broke');
    });
  }

  it('in the middle looks cut to a client of HTTP/1.1', async () => {
    const client = await connected(await breaking());
    client.send(get('/'));
    await expect(client.answer()).rejects.toThrow(CutError);
  });

  it('in the middle is a reset for a client of HTTP/1.0', async () => {
    const cue = signal();
    const client = await connected(await breaking(() => cue.promise));
    client.send('GET / HTTP/1.0\r\n\r\n');
    await client.head();
    await client.exactly(1000);
    // Only now: libuv shows a reset as an ordinary end when it finds bytes together with it.
    cue.resolve();
    expect(await client.ended()).toBe('reset');
  });

  it('by yielding what is neither text nor bytes looks cut and is logged', async () => {
    const errors = takeErrors();
    const server = await streaming(async function* () {
      yield 'a';
      yield 42 as never;
    });
    const client = await connected(server);
    client.send(get('/'));
    await expect(client.answer()).rejects.toThrow(CutError);
    await expect.poll(errors).toContain('TypeError');
  });

  it('leaves other connections alone', async () => {
    takeErrors();
    const server = await inline((request, respond) =>
      respond(200, [], request.path === '/bad' ? (async function* () { yield 'a'; throw new Error('x'); })() : 'good'),
    );
    const [bad, good] = [await connected(server), await connected(server)];
    bad.send(get('/bad'));
    good.send(get('/good'));
    await expect(bad.answer()).rejects.toThrow(CutError);
    expect((await good.answer()).text).toBe('good');
  });
});

describe('a client that leaves a stream', () => {
  it.each(['reset', 'destroy'] as const)('ends it: return() is called and the signal aborts (%s)', async (how) => {
    const ended = signal();
    const aborted = signal();
    const server = await inline((request, respond) => {
      request.signal.addEventListener('abort', () => aborted.resolve());
      const body = async function* () {
        try {
          for (;;) yield 'x'.repeat(1000);
        } finally {
          ended.resolve();
        }
      };
      respond(200, [], body());
    });
    const client = await connected(server);
    client.send(get('/'));
    await client.head();
    await client.exactly(100_000);
    client[how]();
    await ended.promise;
    await aborted.promise;
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });

  it('that is waiting for its source is told too', async () => {
    const returned = signal();
    const body: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        let first = true;
        return {
          next: () => (first ? ((first = false), Promise.resolve({ done: false, value: 'x' })) : new Promise(() => {})),
          return: () => {
            returned.resolve();
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    };
    const server = await streaming(() => body);
    const client = await connected(server);
    client.send(get('/'));
    await client.head();
    client.reset();
    await returned.promise;
  });

  it('does so through stream() of the pipeline too', async () => {
    const ended = signal();
    const view = () =>
      stream(
        (async function* () {
          try {
            for (;;) yield 'x'.repeat(5000);
          } finally {
            ended.resolve();
          }
        })(),
      );
    const server = await started({ app: defineApp({ urls: [path('', view)] }) });
    const client = await connected(server);
    client.send(get('/'));
    await client.head();
    client.reset();
    await ended.promise;
  });
});

describe('a client that does not read', () => {
  it('holds the source back', async () => {
    let made = 0;
    const server = await streaming(async function* () {
      for (let i = 0; i < 10_000; i++) {
        made += 10_000;
        yield 'x'.repeat(10_000);
      }
    });
    const client = await connected(server);
    client.socket.pause();
    client.send(get('/'));
    // Stands still: nothing more is made however often the loop turns.
    let before = -1;
    while (before !== made || made === 0) {
      before = made;
      await sleep(100);
    }
    expect(made).toBeLessThan(16 * KIB * KIB);
    client.socket.resume();
    expect((await client.answer()).body).toHaveLength(100_000_000);
  });

  it('gives way to others', async () => {
    const server = await inline((request, respond) => respond(200, [], request.path === '/big' ? (async function* () { for (;;) yield Buffer.alloc(60_000); })() : 'small'));
    const stuck = await Promise.all(Array.from({ length: 10 }, () => connected(server)));
    for (const client of stuck) {
      client.socket.pause();
      client.send(get('/big'));
    }
    for (let i = 0; i < 20; i++) expect((await ask(server.url, get('/small'))).text).toBe('small');
  });

  it('is ended after timeouts.write', async () => {
    const ended = signal();
    const server = await inline(
      (_request, respond) => {
        const body = async function* () {
          try {
            for (;;) yield Buffer.alloc(60_000);
          } finally {
            ended.resolve();
          }
        };
        respond(200, [], body());
      },
      { timeouts: { write: 200 } },
    );
    const client = await connected(server);
    client.socket.pause();
    client.send(get('/'));
    await ended.promise;
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
  });
});
