/** close(): requests in flight are answered, idle connections end, new ones are refused. */
import { describe, expect, it } from 'vitest';
import { serve } from '../../dist/index.js';
import { ask, get, post } from '../support/client.ts';
import { connected, fixtureApp, inline, signal, started } from '../support/servers.ts';

describe('close', () => {
  it('lets a request in flight finish, says Connection: close, and then ends the connection', async () => {
    const [go, began] = [signal(), signal()];
    const server = await inline(async (request, respond) => {
      if (request.path !== '/slow') return respond(200, [], 'quick');
      began.resolve();
      await go.promise;
      respond(200, [], 'in time');
    });
    const client = await connected(server);
    client.send(get('/slow'));
    await began.promise;
    const closed = server.close();
    // Who comes in the same moment may still be answered.
    const outcome = () => ask(server.url, get('/')).then(({ text }) => text, (error: Error) => error.message);
    await expect.poll(outcome).toContain('ECONNREFUSED');
    go.resolve();
    const answer = await client.answer();
    expect([answer.text, answer.field('connection')]).toEqual(['in time', 'close']);
    client.finish();
    expect(await client.ended()).toBe('fin');
    await closed;
  });

  it('ends idle connections at once, and is quick about it', async () => {
    const server = await started({ app: fixtureApp('hello.mjs'), workers: 1 });
    const idle = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const client of idle.slice(0, 10)) {
      client.send(get('/'));
      await client.answer();
    }
    const began = performance.now();
    const closed = server.close();
    for (const client of idle) {
      expect(await client.ended()).toBe('fin');
      client.finish();
    }
    await closed;
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('tells how many requests it has drained, those that came on open connections among them, and how many it has cut', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      if (request.path === '/late') return respond(200, [], 'late');
      await (request.path === '/never' ? new Promise(() => {}) : go.promise);
      respond(200, [], '');
    });
    const clients = await Promise.all(['/', '/', '/never'].map(async (path) => {
      const client = await connected(server);
      client.send(get(path));
      return client;
    }));
    const idle = await connected(server);
    await expect.poll(() => server.stats().inFlight).toBe(3);
    const closed = server.close({ grace: 1000 });
    idle.send(get('/late'));
    expect((await idle.answer()).text).toBe('late');
    go.resolve();
    for (const client of clients.slice(0, 2)) expect((await client.answer()).status).toBe(200);
    expect(await closed).toEqual({ drained: 3, cut: 1 });
    expect(await server.close()).toEqual({ drained: 3, cut: 1 });
  });

  it('has nothing to tell of a server without requests', async () => {
    expect(await (await serve({ app: fixtureApp('hello.mjs'), workers: 1 })).close()).toEqual({ drained: 0, cut: 0 });
  });

  it('lets queued requests run', async () => {
    const go = signal();
    const server = await inline(
      async (_request, respond) => {
        await go.promise;
        respond(200, [], 'answered');
      },
      { limits: { inFlight: 1 } },
    );
    const clients = await Promise.all(Array.from({ length: 5 }, () => connected(server)));
    for (const client of clients) client.send(get('/'));
    await expect.poll(() => server.stats().queued).toBe(4);
    const closed = server.close();
    go.resolve();
    for (const client of clients) {
      expect((await client.answer()).text).toBe('answered');
      client.finish();
    }
    await closed;
  });

  it('lets pipelined requests behind the one in flight be answered or not at all', async () => {
    const [go, began] = [signal(), signal()];
    const server = await inline(async (request, respond) => {
      began.resolve();
      await go.promise;
      respond(200, [], request.path);
    });
    const client = await connected(server);
    client.send(get('/1') + get('/2'));
    await began.promise;
    const closed = server.close();
    go.resolve();
    expect((await client.answer()).text).toBe('/1');
    client.finish();
    await client.drained();
    expect(['', '/2'].some((text) => client.unread.toString().endsWith(text))).toBe(true);
    await closed;
  });

  it('finishes a large answer and an upload under way', async () => {
    const began = signal();
    const server = await inline(
      async (request, respond) => {
        began.resolve();
        if (request.method === 'GET') return respond(200, [], Buffer.alloc(5_000_000));
        let size = 0;
        for await (const piece of request.body) size += piece.byteLength;
        respond(200, [], String(size));
      },
      { limits: { body: '10mb' } },
    );
    const [download, upload] = [await connected(server), await connected(server)];
    download.socket.pause();
    download.send(get('/'));
    const message = post('/', Buffer.alloc(1_000_000));
    await upload.sendAll(message.subarray(0, 400_000));
    await expect.poll(() => server.stats().requestsToWorkers).toBe(2);
    const closed = server.close();
    upload.send(message.subarray(400_000));
    expect((await upload.answer()).text).toBe('1000000');
    download.socket.resume();
    expect((await download.answer()).body).toHaveLength(5_000_000);
    for (const client of [download, upload]) client.finish();
    await closed;
  });

  it('ends what takes longer than its grace, and tells the handler', async () => {
    const [running, aborted] = [signal(), signal()];
    const server = await inline(async (request) => {
      running.resolve();
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
      aborted.resolve();
    });
    const client = await connected(server);
    client.send(get('/'));
    await running.promise;
    const began = performance.now();
    await server.close({ grace: 200 });
    expect(performance.now() - began).toBeLessThan(5000);
    await client.drained();
    await aborted.promise;
  });

  it('waits no longer than its grace for a handler that never ends', async () => {
    const running = signal();
    const server = await inline(() => running.resolve());
    const client = await connected(server);
    client.send(get('/'));
    await running.promise;
    const began = performance.now();
    await server.close({ grace: 100 });
    expect(performance.now() - began).toBeLessThan(5000);
    await client.drained();
  });

  it('waits for nobody who only connected or stopped in the middle of a head', async () => {
    const server = await serve({ app: fixtureApp('hello.mjs'), workers: 0 });
    const [silent, half] = [await connected(server), await connected(server)];
    half.send('GET / HTTP/1.1\r\nHo');
    await expect.poll(() => server.stats().connectionsOpen).toBe(2);
    await server.close({ grace: 500 });
    await silent.drained();
    await half.drained();
  });

  it('in the middle of 200 requests drops none that was taken', async () => {
    const server = await started({ app: fixtureApp('late-mirror.mjs'), workers: 2 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const client of clients) client.send(Array.from({ length: 10 }, (_, i) => get(`/${i}`)).join(''));
    await expect.poll(() => server.stats().requests).toBe(200);
    const closed = server.close();
    for (const client of clients) {
      for (let i = 0; i < 10; i++) {
        const answer = await client.answer();
        expect(answer.status).toBe(200);
        if (answer.field('connection') === 'close') break;
      }
      client.finish();
    }
    await closed;
  });

  it('of one server leaves the queue of another alone', async () => {
    const go = signal();
    const other = await inline(async (_request, respond) => {
      await go.promise;
      respond(200, [], 'other');
    });
    const client = await connected(other);
    client.send(get('/'));
    await expect.poll(() => other.stats().inFlight).toBe(1);
    const server = await serve({ app: fixtureApp('hello.mjs'), workers: 1 });
    await server.close();
    go.resolve();
    expect((await client.answer()).text).toBe('other');
  });
});
