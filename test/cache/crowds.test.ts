/** Many clients at once, workers that fail, and purging, over two I/O threads. */
import { describe, expect, it } from 'vitest';
import { ask, get } from '../support/client.ts';
import { connected, fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('cached.mjs');

describe('a thousand clients', () => {
  it('that want what nobody has made yet cause one run of the view', async () => {
    const server = await started({ app, workers: 2, ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 1000 }, () => connected(server)));
    for (const client of clients) client.send(get('/slow'));
    const answers = await Promise.all(clients.map((client) => client.answer()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(server.stats().requestsToWorkers).toBe(1);
  });
});

describe('requests that wait for an answer', () => {
  it('go on together when it turns out not to be for all', async () => {
    const server = await started({ app, workers: 1, ioThreads: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server.url, get('/slow-private'))));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(20);
    expect(server.stats().cacheStored).toBe(0);
  });

  it('go on alone when it takes too long', async () => {
    const server = await started({ app, workers: 2, cache: { lock: 50 } });
    const answers = await Promise.all([ask(server.url, get('/slow')), ask(server.url, get('/slow'))]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(server.stats().requestsToWorkers).toBe(2);
  });

  it('do so in the name of the one that left', async () => {
    const server = await started({ app, workers: 2 });
    const first = await connected(server);
    first.send(get('/slow'));
    const second = await connected(server);
    while (server.stats().requestsToWorkers === 0) await new Promise(setImmediate);
    second.send(get('/slow'));
    while (server.stats().cacheWaits === 0) await new Promise(setImmediate);
    first.reset();
    expect((await second.answer()).status).toBe(200);
  });
});

describe('a purge', () => {
  it('is seen by every thread before it returns', async () => {
    const server = await started({ app, workers: 1, ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 16 }, () => connected(server)));
    const all = async (): Promise<Set<string>> => {
      const answers = await Promise.all(clients.map((client) => (client.send(get('/tagged/1')), client.answer())));
      return new Set(answers.map(({ text }) => text));
    };
    for (let round = 0; round < 5; round++) {
      const before = await all();
      expect(before.size).toBe(1);
      expect((await ask(server.url, get('/purge/item-1'))).text).toBe('1');
      const after = await all();
      expect(after.size).toBe(1);
      expect([...after][0]).not.toBe([...before][0]);
    }
  });

  it('names a URL, the beginning of URLs, or a tag', async () => {
    const server = await started({ app, workers: 1 });
    for (const path of ['/tagged/1', '/tagged/2', '/page']) await ask(server.url, get(path));
    expect(server.cache.purge({ tag: 'item-1' })).toBe(1);
    expect(server.cache.purge({ prefix: '/tagged/' })).toBe(1);
    expect(server.cache.purge({ url: 'http://elsewhere.example/page' })).toBe(0);
    expect(server.cache.purge({ url: '/page' })).toBe(1);
    expect(() => server.cache.purge({ url: 'page' })).toThrow('expected a path such as "/news/" or a whole URL');
    expect(() => server.cache.purge({})).toThrow('expected one of url, prefix, tag');
  });
});

describe('kept pages', () => {
  it('are given while every worker is in an endless loop', async () => {
    const server = await started({ app, workers: 1, timeouts: { request: '20s' } });
    const { text } = await ask(server.url, get('/page'));
    const stuck = await connected(server);
    stuck.send(get('/spin'));
    while (server.stats().requestsToWorkers < 2) await new Promise(setImmediate);
    const kept = await ask(server.url, get('/page'));
    expect([kept.text, kept.field('age')]).toEqual([text, expect.stringMatching(/^\d+$/)]);
  });

  it('are given although they are stale while every worker is stuck', async () => {
    const server = await started({ app, workers: 1, timeouts: { request: '60s' } });
    const { text } = await ask(server.url, get('/fragile'));
    const stuck = await connected(server);
    stuck.send(get('/spin'));
    while (server.stats().requestsToWorkers < 2) await new Promise(setImmediate);
    while (server.stats().cacheStale === 0) expect((await ask(server.url, get('/fragile'))).text).toBe(text);
  });

  it('are given after every worker has died', async () => {
    takeErrors();
    const server = await started({ app, workers: 1 });
    const { text } = await ask(server.url, get('/page'));
    await ask(server.url, get('/die'));
    const kept = await ask(server.url, get('/page'));
    expect([kept.text, kept.field('age')]).toEqual([text, expect.stringMatching(/^\d+$/)]);
  });

  it('are given while they are stale, and renewed behind it', async () => {
    const server = await started({ app, workers: 1, cache: { status: true } });
    const { text } = await ask(server.url, get('/stale'));
    let stale = await ask(server.url, get('/stale'));
    while (server.stats().cacheStale === 0) stale = await ask(server.url, get('/stale'));
    expect(stale.text).toBe(text);
    expect(stale.field('cache-status')).toMatch(/^fastserve; hit; ttl=-?\d+$/);
    while (server.stats().cacheStored < 2) await new Promise(setImmediate);
    expect((await ask(server.url, get('/stale'))).text).not.toBe(text);
  });

  it('are given when the view fails', async () => {
    takeErrors();
    const server = await started({ app, workers: 1 });
    const { text } = await ask(server.url, get('/fragile'));
    await ask(server.url, get('/break'));
    while (server.stats().cacheStale === 0) expect((await ask(server.url, get('/fragile'))).text).toBe(text);
  });
});
