/** Answers of views that the server keeps: what is kept, what is given from it, and what never is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastServer, serve } from '../../dist/index.js';
import { ask, get, head, post } from '../support/client.ts';
import { connected, fixtureApp } from '../support/servers.ts';

const app = fixtureApp('cached.mjs');

describe('a page that is kept', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({ listen: [{ host: '127.0.0.1', port: 0 }], app, workers: 1 });
  });
  afterAll(() => server.close());
  const runs = () => server.stats().requestsToWorkers;

  it('is made once, and comes with its age', async () => {
    const first = await ask(server.url, get('/page'));
    const before = runs();
    const second = await ask(server.url, get('/page'));
    expect(second.text).toBe(first.text);
    expect(first.field('age')).toBeUndefined();
    expect(second.field('age')).toMatch(/^\d+$/);
    expect(second.field('cache-control')).toBe('max-age=60');
    expect(runs()).toBe(before);
  });

  it('does not show clients what was said to the cache', async () => {
    for (const answer of [await ask(server.url, get('/tagged/1')), await ask(server.url, get('/tagged/1')), await ask(server.url, head('HEAD', '/tagged/2'), 'HEAD')]) {
      expect(answer.field('surrogate-key')).toBeUndefined();
      expect(answer.field('x-accel-expires')).toBeUndefined();
    }
  });

  it('answers HEAD, conditions and ranges', async () => {
    const whole = await ask(server.url, get('/page'));
    const before = runs();
    const asked = await ask(server.url, head('HEAD', '/page'), 'HEAD');
    expect(asked.field('content-length')).toBe(String(whole.body.length));
    expect((await ask(server.url, get('/page', 'If-None-Match: "v1"'))).status).toBe(304);
    expect((await ask(server.url, get('/page', 'If-Match: "v2"'))).status).toBe(412);
    const part = await ask(server.url, get('/page', 'Range: bytes=1-4'));
    expect([part.status, part.text, part.field('content-range')]).toEqual([206, 'page', `bytes 1-4/${whole.body.length}`]);
    expect((await ask(server.url, get('/page', 'Range: bytes=100000-'))).status).toBe(416);
    expect(runs()).toBe(before);
  });

  it('is another one for another query, host and value of a field in Vary', async () => {
    const texts = [
      await ask(server.url, get('/varied')),
      await ask(server.url, get('/varied?x')),
      await ask(server.url, get('/varied', 'Accept-Language: fr')),
      await ask(server.url, 'GET /varied HTTP/1.1\r\nHost: other.example\r\n\r\n'),
    ].map(({ text }) => text);
    expect(new Set(texts).size).toBe(4);
    expect((await ask(server.url, get('/varied', 'Accept-Language:  fr'))).text).toBe(texts[2]);
  });

  it('may be large, and is given whole to clients that pipeline', async () => {
    const client = await connected(server);
    client.send(get('/large') + get('/large') + get('/large'));
    for (let i = 0; i < 3; i++) expect((await client.answer()).body).toHaveLength(100_000);
  });

  it('answers 304 to whoever has it already, also the first time', async () => {
    const before = runs();
    const answer = await ask(server.url, get('/page?first', 'If-None-Match: "v1"'));
    expect([answer.status, answer.field('etag')]).toEqual([304, '"v1"']);
    expect((await ask(server.url, get('/page?first'))).status).toBe(200);
    expect(runs()).toBe(before + 1);
  });

  it('is forgotten when a POST to its URL succeeds', async () => {
    const first = await ask(server.url, get('/page?posted'));
    await ask(server.url, post('/page?posted', ''));
    expect((await ask(server.url, get('/page?posted'))).text).not.toBe(first.text);
  });

  it('is not renewed because a client says no-cache', async () => {
    const first = await ask(server.url, get('/page'));
    expect((await ask(server.url, get('/page', 'Cache-Control: no-cache'))).text).toBe(first.text);
  });

  it('is also that of a view that speaks to shared caches with s-maxage', async () => {
    expect((await ask(server.url, get('/shared'))).text).toBe((await ask(server.url, get('/shared'))).text);
  });

  it.each(['/cookie', '/session', '/plain'])('is never that of %s', async (path) => {
    expect((await ask(server.url, get(path))).text).not.toBe((await ask(server.url, get(path))).text);
  });

  it('is none below a decorator that must be asked first', async () => {
    const answers = [await ask(server.url, get('/guarded')), await ask(server.url, get('/guarded'))];
    expect(answers.map(({ status }) => status)).toEqual([302, 302]);
    expect(server.stats().cacheStored).toBeGreaterThan(0);
  });
});
