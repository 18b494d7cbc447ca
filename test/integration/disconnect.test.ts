/** Clients that leave before they are answered. */
import { describe, expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { connected, inline, signal, started, takeErrors } from '../support/servers.ts';

describe('a client that leaves', () => {
  it.each(['reset', 'destroy'] as const)('aborts the signal of its running request (%s)', async (how) => {
    const errors = takeErrors();
    const [began, reason] = [signal(), signal<unknown>()];
    const server = await inline(async (request) => {
      began.resolve();
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
      reason.resolve(request.signal.reason);
      throw request.signal.reason;
    });
    const client = await connected(server);
    client.send(get('/'));
    await began.promise;
    // A FIN within moments of the request may be a half-close: this client stays a little.
    await new Promise((resolve) => setTimeout(resolve, 50));
    client[how]();
    expect(await reason.promise).toMatchObject({ name: 'AbortError' });
    await expect.poll(() => server.stats().inFlight).toBe(0);
    expect(errors()).toBe('');
  });

  it('finds its signal aborted when that is first read afterwards', async () => {
    const [began, go, aborted] = [signal(), signal(), signal<boolean>()];
    const server = await inline(async (request, respond) => {
      began.resolve();
      await go.promise;
      aborted.resolve(request.signal.aborted);
      respond(200, [], 'nobody reads this');
    });
    const client = await connected(server);
    client.send(get('/'));
    await began.promise;
    client.reset();
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
    // The cancel record is drained by this thread's loop.
    await new Promise((resolve) => setTimeout(resolve, 20));
    go.resolve();
    expect(await aborted.promise).toBe(true);
  });

  it('may be given no answer at all: a handler that stops is no error', async () => {
    const errors = takeErrors();
    const began = signal();
    const server = await inline(async (request) => {
      began.resolve();
      await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
    });
    const client = await connected(server);
    client.send(get('/'));
    await began.promise;
    client.reset();
    await expect.poll(() => server.stats().inFlight).toBe(0);
    expect(errors()).toBe('');
  });

  it('does not abort the signal when it was answered before', async () => {
    let kept: AbortSignal | undefined;
    const server = await inline((request, respond) => {
      kept = request.signal;
      respond(200, [], 'done');
    });
    await ask(server.url, get('/'));
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
    expect(kept?.aborted).toBe(false);
  });

  it('may be answered late without harm to others', async () => {
    const go = signal();
    const server = await inline(async (request, respond) => {
      if (request.path === '/late') await go.promise;
      respond(200, [], `answer to ${request.path}`);
    });
    const leavers = await Promise.all(Array.from({ length: 50 }, () => connected(server)));
    for (const client of leavers) client.send(get('/late'));
    await expect.poll(() => server.stats().inFlight).toBe(50);
    for (const client of leavers) client.reset();
    await expect.poll(() => server.stats().connectionsOpen).toBe(0);
    const stayers = await Promise.all(Array.from({ length: 50 }, () => connected(server)));
    for (const [i, client] of stayers.entries()) client.send(get(`/${i}`));
    go.resolve();
    for (const [i, client] of stayers.entries()) expect((await client.answer()).text).toBe(`answer to /${i}`);
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });
});

describe('a queued request', () => {
  it('whose client has gone never runs', async () => {
    const ran: string[] = [];
    const release = signal();
    const server = await inline(
      async (request, respond) => {
        ran.push(request.path);
        if (request.path === '/first') await release.promise;
        respond(200, [], 'x');
      },
      { limits: { inFlight: 1 } },
    );
    const [first, gone, stays] = [await connected(server), await connected(server), await connected(server)];
    first.send(get('/first'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    gone.send(get('/gone'));
    await expect.poll(() => server.stats().queued).toBe(1);
    stays.send(get('/stays'));
    await expect.poll(() => server.stats().queued).toBe(2);
    gone.reset();
    await expect.poll(() => server.stats().queued).toBe(1);
    release.resolve();
    expect((await stays.answer()).status).toBe(200);
    expect(ran).toEqual(['/first', '/stays']);
  });

  it('that is in the ring already does not run either', async () => {
    const ran: string[] = [];
    const server = await inline((request, respond) => {
      ran.push(request.path);
      respond(200, [], 'x');
    });
    const client = await connected(server);
    await new Promise<void>((resolve) => {
      client.socket.write(get('/gone'), () => {
        // This thread runs the application: while it spins, the record waits in the ring.
        client.reset();
        const end = performance.now() + 300;
        while (performance.now() < end || server.stats().connectionsOpen > 0);
        resolve();
      });
    });
    expect((await ask(server.url, get('/later'))).status).toBe(200);
    expect(ran).toEqual(['/later']);
  });

  it('whose client half-closed after it is answered', async () => {
    const release = signal();
    const server = await inline(
      async (request, respond) => {
        if (request.path === '/first') await release.promise;
        respond(200, [], request.path);
      },
      { limits: { inFlight: 1 } },
    );
    const [first, second] = [await connected(server), await connected(server)];
    first.send(get('/first'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    second.socket.end(get('/second'));
    await expect.poll(() => server.stats().queued).toBe(1);
    release.resolve();
    expect((await second.answer()).text).toBe('/second');
    expect(await second.ended()).toBe('fin');
  });
});

describe('a time limit', () => {
  it('aborts the signal and answers 504; the late answer is dropped', async () => {
    const [aborted, go] = [signal(), signal()];
    const server = await inline(
      async (request, respond) => {
        if (request.path === '/fast') return respond(200, [], 'fast');
        request.signal.addEventListener('abort', () => aborted.resolve());
        await go.promise;
        respond(200, [], 'late');
      },
      { timeouts: { request: 100 } },
    );
    const client = await connected(server);
    client.send(get('/slow'));
    expect((await client.answer()).status).toBe(504);
    await aborted.promise;
    go.resolve();
    await expect.poll(() => server.stats().inFlight).toBe(0);
    client.send(get('/fast'));
    expect((await client.answer()).text).toBe('fast');
    expect(server.stats().timedOut).toBe(1);
  });

  it('does not end a stream that has begun', async () => {
    const server = await started({
      app: { fetch: () => new Response(new ReadableStream({ async start(controller) {
        for (let i = 0; i < 4; i++) {
          controller.enqueue(new TextEncoder().encode('x'));
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        controller.close();
      } })) },
      timeouts: { request: 150 },
    });
    expect((await ask(server.url, get('/'))).text).toBe('xxxx');
  });
});
