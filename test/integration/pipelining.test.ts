/** Many requests on one connection without waiting: answers come in the order of the requests, whoever is ready first. */
import { describe, expect, it } from 'vitest';
import { CutError, get, head, post } from '../support/client.ts';
import { atEnd, connected, directoryWith, fixtureApp, inline, signal, started, takeErrors } from '../support/servers.ts';

describe('pipelined requests', () => {
  it('are answered in order when the first is the slowest', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      if (request.path === '/0') await go.promise;
      respond(200, [], request.path);
    });
    const client = await connected(server);
    client.send(Array.from({ length: 10 }, (_, i) => get(`/${i}`)).join(''));
    await expect.poll(() => server.stats().workers[0]?.answered).toBe(9);
    expect(client.unread).toHaveLength(0);
    go.resolve();
    for (let i = 0; i < 10; i++) expect((await client.answer()).text).toBe(`/${i}`);
  });

  it('to views, files, streams and errors are mixed in order', async () => {
    takeErrors();
    const directory = await directoryWith({ 'small.txt': 'small file', 'large.bin': Buffer.alloc(300_000, 'L') });
    const server = await inline(
      async (request, respond) => {
        const [, kind, ms] = request.path.split('/');
        await new Promise((resolve) => setTimeout(resolve, Number(ms)));
        if (kind === 'throw') throw new Error('x');
        if (kind === 'stream') return respond(200, [], (async function* () { yield 's'.repeat(50_000); await null; yield 't'; })());
        respond(200, [], kind === 'big' ? Buffer.alloc(200_000, 'B') : `view ${ms}`);
      },
      { static: [{ prefix: '/f/', root: directory }] },
    );
    const client = await connected(server);
    const kinds: [string, (text: string, status: number) => boolean][] = [
      ['/view/30', (text) => text === 'view 30'],
      ['/f/small.txt', (text) => text === 'small file'],
      ['/stream/20', (text) => text.length === 50_001],
      ['/f/large.bin', (text) => text.length === 300_000 && /^L+$/.test(text)],
      ['/throw/1', (_text, status) => status === 500],
      ['/big/10', (text) => text.length === 200_000 && /^B+$/.test(text)],
      ['/f/missing', (_text, status) => status === 404],
      ['/view/0', (text) => text === 'view 0'],
    ];
    for (let round = 0; round < 3; round++) {
      client.send(kinds.map(([target]) => get(target)).join(''));
      for (const [target, matches] of kinds) {
        const answer = await client.answer();
        expect([target, matches(answer.text, answer.status)]).toEqual([target, true]);
      }
    }
  });

  it('of a thousand are all answered, over several workers', async () => {
    const server = await started({ app: fixtureApp('late-mirror.mjs'), workers: 3 });
    const client = await connected(server);
    client.send(Array.from({ length: 1000 }, (_, i) => get(`/${i}`, `X-Me: ${i}`)).join(''));
    for (let i = 0; i < 1000; i++) expect((await client.answer()).text).toBe(`/${i} 0 ${i}`);
  });

  it('with content between them are kept apart', async () => {
    const server = await inline(async (request, respond) => respond(200, [], `${request.path} ${(await request.body.bytes()).byteLength}`));
    const client = await connected(server);
    const sizes = [0, 1, 20_000, 16_384, 5, 100_000, 0];
    client.send(Buffer.concat(sizes.map((size, i) => post(`/${i}`, 'x'.repeat(size)))));
    for (const [i, size] of sizes.entries()) expect((await client.answer()).text).toBe(`/${i} ${size}`);
  });

  it('that come byte by byte are understood', async () => {
    const server = await inline((request, respond) => respond(200, [], request.path));
    const client = await connected(server);
    client.socket.setNoDelay(true);
    for (const byte of get('/a') + head('HEAD', '/b') + get('/c')) await client.sendAll(byte);
    expect((await client.answer()).text).toBe('/a');
    expect((await client.answer('HEAD')).status).toBe(200);
    expect((await client.answer()).text).toBe('/c');
  });

  it('behind one that closes are not answered', async () => {
    const paths: string[] = [];
    const server = await inline((request, respond) => {
      paths.push(request.path);
      respond(200, [], request.path);
    });
    const client = await connected(server);
    client.send(get('/1') + get('/2', 'Connection: close') + get('/3'));
    expect((await client.answer()).text).toBe('/1');
    expect((await client.answer()).text).toBe('/2');
    client.finish();
    await client.ended();
    expect(paths).toEqual(['/1', '/2']);
  });

  it('behind a malformed one are not answered, those before it are', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      await go.promise;
      respond(200, [], request.path);
    });
    const client = await connected(server);
    client.send(`${get('/1')}BAD REQUEST\r\n\r\n${get('/2')}`);
    await expect.poll(() => server.stats().inFlight).toBe(1);
    go.resolve();
    expect((await client.answer()).text).toBe('/1');
    const refusal = await client.answer();
    expect([refusal.status, refusal.field('connection')]).toEqual([400, 'close']);
    client.finish();
    await client.ended();
  });

  it.each([
    ['breaks its chunks', '5\r\nhelloXX'],
    ['is more than is thrown away', `50000\r\n${'x'.repeat(0x50000)}\r\n0\r\n\r\n`],
  ])('are all answered when the last one\'s content, which nobody wants, %s', async (_name, content) => {
    const go = signal();
    const directory = await directoryWith({ 'a.txt': 'a' });
    const server = await inline(
      async (_request, respond) => {
        await go.promise;
        respond(200, [], 'late');
      },
      { static: [{ prefix: '/f/', root: directory }] },
    );
    const client = await connected(server);
    client.send(get('/late') + head('POST', '/f/a.txt', 'Transfer-Encoding: chunked') + content);
    await expect.poll(() => server.stats().inFlight).toBe(1);
    go.resolve();
    for (const status of [200, 405]) expect((await client.answer()).status).toBe(status);
    await client.ended();
  });

  it('behind a stream that is cut are not answered', async () => {
    takeErrors();
    const server = await inline((request, respond) =>
      respond(200, [], request.path === '/cut' ? (async function* () { yield 'a'; throw new Error('cut'); })() : 'next'),
    );
    const client = await connected(server);
    client.send(get('/cut') + get('/next'));
    await expect(client.answer()).rejects.toThrow(CutError);
    await client.drained();
  });

  it('of a client that reads nothing are not taken without end', async () => {
    let runs = 0;
    const server = await inline((_request, respond) => {
      runs++;
      respond(200, [], Buffer.alloc(100_000));
    });
    const client = await connected(server);
    client.socket.pause();
    client.send(get('/').repeat(5000));
    let before = -1;
    while (before !== runs || runs === 0) {
      before = runs;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(runs).toBeLessThan(500);
    atEnd(() => client.reset());
  });
});
