/** Request content on its way to the application: inline, streamed, unread, awaited. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BodyTooLargeError, defineApp, type FastServer, type GatewayRequest, path } from '../../dist/index.js';
import { ask, chunked, get, head, post } from '../support/client.ts';
import { connected, fixtureApp, inline, signal, started, takeErrors } from '../support/servers.ts';

const KIB = 1024;

/** Bytes in which every place is different from its neighbourhood. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7) & 0xff;
  return bytes;
}

/** Sends the content back, with what was known of it before it was read. */
function echo(config = {}): Promise<FastServer> {
  return inline(async ({ body }, respond) => {
    const facts = ['x-length', String(body.length), 'x-available', String(body.available?.byteLength)];
    respond(200, facts, await body.bytes());
  }, config);
}

describe('declared content', () => {
  it.each([0, 1, 16 * KIB - 1, 16 * KIB])('of %i bytes is there when the handler starts', async (size) => {
    const server = await echo();
    const answer = await ask(server.url, post('/', pattern(size)));
    expect([answer.field('x-length'), answer.field('x-available')]).toEqual([String(size), String(size)]);
    expect(answer.body.equals(pattern(size))).toBe(true);
  });

  it('that is larger and arrives with its head travels with it too', async () => {
    const server = await echo();
    const size = 40 * KIB;
    const answer = await ask(server.url, post('/', pattern(size)));
    expect(answer.body.equals(pattern(size))).toBe(true);
  });

  it('that comes behind its head is put together', async () => {
    const server = await echo();
    const client = await connected(server);
    const message = post('/', pattern(200 * KIB));
    await client.sendAll(message.subarray(0, 90 * KIB));
    client.send(message.subarray(90 * KIB));
    expect((await client.answer()).body.equals(pattern(200 * KIB))).toBe(true);
  });

  it.each([80 * KIB + 1, 256 * KIB + 1, 1024 * KIB])('of %i bytes is streamed', async (size) => {
    const server = await echo();
    const answer = await ask(server.url, post('/', pattern(size)));
    expect([answer.field('x-length'), answer.field('x-available')]).toEqual([String(size), 'undefined']);
    expect(answer.body.equals(pattern(size))).toBe(true);
  });

  it('that comes in pieces is put together', async () => {
    const server = await echo();
    const client = await connected(server);
    const message = post('/', pattern(100));
    for (let at = 0; at < message.length; at += 30) await client.sendAll(message.subarray(at, at + 30));
    expect((await client.answer()).body.equals(pattern(100))).toBe(true);
  });

  it('at the limit is taken, one byte more is 413 and the end', async () => {
    const server = await echo({ limits: { body: 1000 } });
    expect((await ask(server.url, post('/', pattern(1000)))).status).toBe(200);
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 1001'));
    const answer = await client.answer();
    expect([answer.status, answer.field('connection')]).toEqual([413, 'close']);
    await client.ended();
  });
});

describe('content that is consumed', () => {
  /** Answers a digest of the pieces, and their count. */
  function digested(config = {}): Promise<FastServer> {
    return inline(async ({ body }, respond) => {
      const hash = createHash('sha256');
      let pieces = 0;
      await body.consume((piece) => {
        hash.update(piece);
        pieces++;
      });
      respond(200, ['x-pieces', String(pieces)], hash.digest('hex'));
    }, config);
  }
  const digestOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

  it.each([1, 16 * KIB, 64 * KIB, 80 * KIB, 300 * KIB, 1000 * KIB])('is lent whole and in order: %i bytes', async (size) => {
    const server = await digested();
    expect((await ask(server.url, post('/', pattern(size)))).text).toBe(digestOf(pattern(size)));
  });

  it('calls nobody when there is none', async () => {
    const server = await digested();
    expect((await ask(server.url, get('/'))).field('x-pieces')).toBe('0');
  });

  it('cannot be read another time, whichever way', async () => {
    const server = await inline(async ({ body }, respond) => {
      await body.consume(() => {});
      const failures = await Promise.all([body.bytes(), body.consume(() => {})].map((again) => again.catch((error: Error) => error.name)));
      respond(200, [], failures.join());
    });
    expect((await ask(server.url, post('/', pattern(100)))).text).toBe('TypeError,TypeError');
  });

  it.each([100, 300 * KIB])('rejects with what the consumer threw: %i bytes', async (size) => {
    const server = await inline(async ({ body }, respond) => {
      const why = await body.consume(() => { throw new Error('full'); }).catch((error: Error) => error.message);
      respond(200, [], String(why));
    });
    expect((await ask(server.url, post('/', pattern(size)))).text).toBe('full');
  });
});

describe('content that comes through several I/O threads at once', () => {
  it('reaches the request it belongs to', async () => {
    const server = await echo({ ioThreads: 4 });
    const clients = await Promise.all(Array.from({ length: 40 }, () => connected(server)));
    const contents = clients.map((_, i) => Buffer.alloc(100 * KIB, `content ${i} `));
    const message = (i: number) => post('/', contents[i] as Buffer);
    await Promise.all(clients.map((client, i) => client.sendAll(message(i).subarray(0, 50 * KIB))));
    for (const [i, client] of clients.entries()) client.send(message(i).subarray(50 * KIB));
    for (const [i, client] of clients.entries()) {
      const { body } = await client.answer();
      expect(body.equals(contents[i] as Buffer), `${i} got ${body.toString('latin1', 0, 20)}`).toBe(true);
    }
  });
});

describe('chunked content', () => {
  it('that is small and complete has a length', async () => {
    const server = await echo();
    const answer = await ask(server.url, Buffer.concat([Buffer.from(head('POST', '/', 'Transfer-Encoding: chunked')), chunked('abc', 'd')]));
    expect([answer.field('x-length'), answer.text]).toEqual(['4', 'abcd']);
  });

  it('that is still arriving has none', async () => {
    const server = await echo();
    const client = await connected(server);
    client.send(`${head('POST', '/', 'Transfer-Encoding: chunked')}3\r\nabc\r\n`);
    await expect.poll(() => server.stats().inFlight).toBe(1);
    client.send('2\r\nde\r\n0\r\n\r\n');
    const answer = await client.answer();
    expect([answer.field('x-length'), answer.text]).toEqual(['undefined', 'abcde']);
  });

  it('of many sizes arrives whole', async () => {
    const server = await echo();
    const pieces = [1, 2, 3, 1000, 16 * KIB, 16 * KIB + 1, 65 * KIB, 100 * KIB].map(pattern);
    const answer = await ask(server.url, Buffer.concat([Buffer.from(head('POST', '/', 'Transfer-Encoding: chunked')), chunked(...pieces)]));
    expect(answer.body.equals(Buffer.concat(pieces))).toBe(true);
  });

  it('hides its transfer coding from the application', async () => {
    const server = await inline((request, respond) => respond(200, [], String(request.field('transfer-encoding'))));
    const message = Buffer.concat([Buffer.from(head('POST', '/', 'Transfer-Encoding: chunked')), chunked('x')]);
    expect((await ask(server.url, message)).text).toBe('undefined');
  });

  it.each([
    ['small', 'x'.repeat(1001)],
    ['streamed', 'x'.repeat(100_000)],
  ])('beyond the limit is 413 (%s)', async (_name, content) => {
    const server = await echo({ limits: { body: 1000 } });
    const client = await connected(server);
    client.send(Buffer.concat([Buffer.from(head('POST', '/', 'Transfer-Encoding: chunked')), chunked(content)]));
    const answer = await client.answer();
    expect([answer.status, answer.field('connection')]).toEqual([413, 'close']);
  });

  it('that breaks while a handler reads it is 400, and the handler hears of it', async () => {
    const [began, failure] = [signal(), signal<unknown>()];
    const server = await inline(async ({ body }, respond) => {
      began.resolve();
      await body.bytes().catch((error: unknown) => failure.resolve(error));
      respond(200, [], 'never seen');
    });
    const client = await connected(server);
    client.send(`${head('POST', '/', 'Transfer-Encoding: chunked')}3\r\nabc\r\n`);
    await began.promise;
    client.send('zz\r\n');
    expect((await client.answer()).status).toBe(400);
    await client.ended();
    expect(await failure.promise).toMatchObject({ name: 'BodyAbortedError' });
  });
});

describe('content that nobody reads', () => {
  it.each([
    ['declared, inline', (n: number) => post('/', pattern(n)), 1000],
    ['declared, streamed', (n: number) => post('/', pattern(n)), 100_000],
    ['chunked', (n: number) => Buffer.concat([Buffer.from(head('POST', '/', 'Transfer-Encoding: chunked')), chunked(pattern(n))]), 100_000],
  ])('is skipped, and the next request on the connection is understood (%s)', async (_name, message, size) => {
    const server = await inline((request, respond) => respond(200, [], `ignored ${request.path}`));
    const client = await connected(server);
    client.send(Buffer.concat([message(size), Buffer.from(get('/next'))]));
    expect((await client.answer()).text).toBe('ignored /');
    expect((await client.answer()).text).toBe('ignored /next');
    expect(client.unread).toHaveLength(0);
  });

  it('is not read to its end when it is huge: answered, then closed, and nothing of it is a request', async () => {
    const paths: string[] = [];
    const server = await inline(
      (request, respond) => {
        paths.push(request.path);
        respond(200, [], 'ignored');
      },
      { limits: { body: '1gb' } },
    );
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 100000000'));
    const smuggled = Buffer.from(get('/smuggled').repeat(2000));
    for (let i = 0; i < 10; i++) client.send(smuggled);
    const answer = await client.answer();
    expect([answer.text, answer.field('connection')]).toEqual(['ignored', 'close']);
    client.finish();
    await client.ended();
    expect(paths).toEqual(['/']);
  });

  it('is skipped behind a file, a 404 and a 405 too', async () => {
    const server = await started({ app: defineApp({ urls: [path('only-get/', () => 'x', { methods: ['GET'] })] }) });
    const client = await connected(server);
    for (const [target, status] of [['/only-get/', 405], ['/missing/', 404]] as const) {
      client.send(Buffer.concat([post(target, pattern(50_000)), Buffer.from(get('/only-get/'))]));
      expect((await client.answer()).status).toBe(status);
      expect((await client.answer()).text).toBe('x');
    }
  });
});

describe('Expect: 100-continue', () => {
  it('is answered with 100 when the application begins to read', async () => {
    const proceed = signal();
    const server = await inline(
      async ({ body }, respond) => {
        await proceed.promise;
        respond(200, [], await body.bytes());
      },
      { limits: { body: '1mb' } },
    );
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 20000', 'Expect: 100-continue'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    expect(client.unread).toHaveLength(0);
    proceed.resolve();
    expect((await client.answer()).status).toBe(100);
    client.send(pattern(20_000));
    expect((await client.answer()).body.equals(pattern(20_000))).toBe(true);
  });

  it('with small content is answered at once', async () => {
    const server = await echo();
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 3', 'Expect: 100-Continue'));
    expect((await client.answer()).status).toBe(100);
    client.send('abc');
    expect((await client.answer()).text).toBe('abc');
  });

  it('is not answered with 100 when the application answers without reading', async () => {
    const server = await inline((_request, respond) => respond(403, [], 'no'));
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 20000', 'Expect: 100-continue'));
    const answer = await client.answer();
    expect([answer.status, answer.field('connection')]).toEqual([403, 'close']);
    await client.ended();
  });

  it('gets no 100 when the content is already there', async () => {
    const server = await echo();
    expect((await ask(server.url, post('/', 'abc', 'Expect: 100-continue'))).text).toBe('abc');
  });

  it('is ignored in HTTP/1.0', async () => {
    const server = await echo();
    const client = await connected(server);
    client.send('POST / HTTP/1.0\r\nContent-Length: 20000\r\nExpect: 100-continue\r\n\r\n');
    await expect.poll(() => server.stats().inFlight).toBe(1);
    client.send(pattern(20_000));
    expect((await client.answer()).status).toBe(200);
  });

  it('with another expectation is 417', async () => {
    const server = await echo();
    expect((await ask(server.url, head('POST', '/', 'Content-Length: 3', 'Expect: miracles'))).status).toBe(417);
  });
});

describe('reading content', () => {
  it('twice is an error that says so', async () => {
    const server = await inline(async ({ body }, respond) => {
      await body.bytes();
      const second = await body.bytes().catch((error: Error) => error);
      respond(200, [], (second as Error).message);
    });
    expect((await ask(server.url, post('/', pattern(100_000)))).text).toContain('can be read once');
  });

  it('with a limit of the application is 413 when nothing catches it', async () => {
    const errors = takeErrors();
    const server = await inline(async ({ body }, respond) => respond(200, [], await body.bytes(10)));
    expect((await ask(server.url, post('/', pattern(11)))).status).toBe(413);
    expect((await ask(server.url, post('/', pattern(30_000)))).status).toBe(413);
    expect(errors()).toBe('');
    expect(new BodyTooLargeError(10).limit).toBe(10);
  });

  it('holds back a client that is faster than the application', async () => {
    const begin = signal();
    let taken = 0;
    const server = await inline(
      async ({ body }, respond) => {
        await begin.promise;
        for await (const piece of body) taken += piece.byteLength;
        respond(200, [], String(taken));
      },
      { limits: { body: '64mb' } },
    );
    const client = await connected(server);
    client.send(head('POST', '/', `Content-Length: ${32 * KIB * KIB}`));
    client.send(Buffer.alloc(32 * KIB * KIB));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    expect(client.socket.writableLength).toBeGreaterThan(16 * KIB * KIB);
    begin.resolve();
    expect((await client.answer()).text).toBe(String(32 * KIB * KIB));
  });

  it('that never ends because the client stalls is 408 or the end, and the handler hears of it', async () => {
    const failure = signal<unknown>();
    const server = await inline(
      async ({ body }, respond) => {
        await body.bytes().catch((error: unknown) => failure.resolve(error));
        respond(200, [], 'never seen');
      },
      { timeouts: { body: 300 } },
    );
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 20000'));
    client.send('x');
    const answer = await client.answer().catch(() => undefined);
    expect([undefined, 408]).toContain(answer?.status);
    await client.ended();
    expect(await failure.promise).toMatchObject({ name: 'BodyAbortedError' });
  });

  it('whose client leaves rejects and is not logged as an error', async () => {
    const errors = takeErrors();
    const [began, failure] = [signal(), signal<unknown>()];
    const server = await inline(async ({ body }: GatewayRequest) => {
      began.resolve();
      try {
        await body.bytes();
      } catch (error) {
        failure.resolve(error);
        throw error;
      }
    });
    const client = await connected(server);
    client.send(head('POST', '/', 'Content-Length: 20000'));
    client.send('x');
    await began.promise;
    client.reset();
    expect(await failure.promise).toMatchObject({ name: 'BodyAbortedError' });
    await expect.poll(() => server.stats().inFlight).toBe(0);
    expect(errors()).toBe('');
  });
});

describe('content through workers', () => {
  it('of sixteen uploads at once arrives whole', async () => {
    const server = await started({ app: fixtureApp('digest.mjs'), workers: 2, limits: { body: '4mb' } });
    const uploads = Array.from({ length: 16 }, (_, i) => pattern(100_000 + i * 50_001));
    const answers = await Promise.all(uploads.map((bytes) => ask(server.url, post('/', bytes))));
    expect(answers.map(({ text }) => text)).toEqual(uploads.map((bytes) => createHash('sha256').update(bytes).digest('hex')));
  });
});
