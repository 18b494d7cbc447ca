/**
 * Each framework runs unchanged, in workers and inline: one application with the same behaviour in each of them
 * (test/fixtures/frameworks), asked over sockets.
 */
import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FastServer, serve } from '../../dist/index.js';
import { type Answer, ask, type Client, chunked, get, head, post } from '../support/client.ts';
import { connected } from '../support/servers.ts';

const FRAMEWORKS = ['express', 'koa', 'fastify', 'hono'];
const MODES = [['in workers', 1], ['inline', 0]] as const;
const CASES = FRAMEWORKS.flatMap((framework) => MODES.map(([mode, workers]) => ({ framework, mode, workers })));

interface Counts {
  produced: number;
  waiting: number;
  left: number;
}

describe.each(CASES)('$framework $mode', ({ framework, workers }) => {
  let server: FastServer;
  let client: Client;

  // One server for all: inline, the application is this process's one instance, and Fastify's does not start twice.
  beforeAll(async () => {
    const app = fileURLToPath(new URL(`../fixtures/frameworks/${framework}.mjs`, import.meta.url));
    server = await serve({ app, workers, limits: { body: '16mb' } });
  });
  afterAll(() => server.close({ grace: 0 }));

  beforeEach(async () => {
    client = await connected(server);
  });

  async function send(request: string | Uint8Array, method = 'GET'): Promise<Answer> {
    client.send(request);
    return client.answer(method);
  }

  async function counts(): Promise<Counts> {
    return (await ask(server.url, get('/counts'))).json<Counts>();
  }

  it('answers a route through its middleware', async () => {
    const answer = await send(get('/hello'));
    expect([answer.status, answer.text, answer.field('x-layer')]).toEqual([200, 'hello', 'outer']);
    expect(answer.field('content-type')).toMatch(/^text\/plain; ?charset=utf-8$/i);
    expect(answer.field('content-length')).toBe('5');
  });

  it('hands parameters and query to the handler, decoded', async () => {
    const answer = await send(get('/users/J%C3%BCrgen%20B?shout=a%26b'));
    expect(answer.json()).toEqual({ name: 'Jürgen B', shout: 'a&b' });
  });

  it('reads JSON, with a length and in chunks', async () => {
    const whole = await send(post('/json', '{"a":[1,2]}', 'Content-Type: application/json'));
    expect([whole.status, whole.json()]).toEqual([201, { got: { a: [1, 2] } }]);
    client.send(head('POST', '/json', 'Content-Type: application/json', 'Transfer-Encoding: chunked'));
    const pieces = await send(chunked('{"a":', '"b"}'), 'POST');
    expect(pieces.json()).toEqual({ got: { a: 'b' } });
  });

  it('reads JSON that is larger than what travels with the request', async () => {
    const text = 'y'.repeat(60_000);
    const answer = await send(post('/json', JSON.stringify({ text }), 'Content-Type: application/json'));
    expect(answer.json()).toEqual({ got: { text } });
  });

  it('reads a form', async () => {
    const answer = await send(post('/form', 'a=1&b=%C3%BC+x', 'Content-Type: application/x-www-form-urlencoded'));
    expect(answer.json()).toEqual({ a: '1', b: 'ü x' });
  });

  it('redirects', async () => {
    const answer = await send(get('/old'));
    expect([answer.status, answer.field('location')]).toEqual([302, '/hello']);
  });

  it('reads cookies and sets each on its own line', async () => {
    const answer = await send(get('/cookie', 'Cookie: x=y; z=1'));
    expect(answer.json()).toEqual({ cookie: 'x=y; z=1' });
    const set = answer.fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value.split(';')[0]);
    expect(set).toEqual(['a=1', 'b=2']);
  });

  it('knows the peer, the scheme and the host', async () => {
    const answer = await send(get('/whoami'));
    expect(answer.json()).toEqual({ ip: '127.0.0.1', protocol: 'http', host: 'test' });
  });

  it('answers HEAD as GET without content', async () => {
    const answer = await send(head('HEAD', '/hello'), 'HEAD');
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    // Hono says no length for HEAD, which is as good (RFC 9110 8.6).
    expect(answer.field('content-length')).toBe(framework === 'hono' ? undefined : '5');
    expect((await send(get('/hello'))).text).toBe('hello');
  });

  it('gives what no route matches to its own 404', async () => {
    const answer = await send(get('/missing'));
    expect([answer.status, answer.text]).toEqual([404, 'nothing here']);
  });

  it('gives errors, thrown at once and later, to its error handler', async () => {
    const [now, later] = [await send(get('/boom')), await send(get('/boom-later'))];
    expect([now.status, now.text]).toEqual([500, 'caught: boom']);
    expect([later.status, later.text]).toEqual([500, 'caught: boom later']);
  });

  it('keeps one connection for many requests, also pipelined ones', async () => {
    client.send(Array.from({ length: 50 }, (_, i) => get(`/users/${i}`)).join(''));
    for (let i = 0; i < 50; i++) expect((await client.answer()).json()).toMatchObject({ name: String(i) });
  });

  it('streams to the end', async () => {
    expect((await send(get('/stream'))).body.length).toBe(16 << 20);
  });

  it('holds a stream back while its client does not read', async () => {
    const reader = await connected(server, { highWaterMark: 1024 });
    reader.socket.pause();
    reader.send(get('/stream'));
    let before = -1;
    await expect.poll(async () => {
      const { produced } = await counts();
      const still = produced === before && produced > 0;
      before = produced;
      return still;
    }, { interval: 300, timeout: 20_000 }).toBe(true);
    expect(before).toBeLessThan(12 << 20);
    reader.socket.resume();
    expect((await reader.answer()).body.length).toBe(16 << 20);
  });

  it('sends an event while the stream is open, and hears when its client leaves', async () => {
    const { left } = await counts();
    client.send(get('/events'));
    expect((await client.head()).field('content-type')).toMatch(/^text\/event-stream/);
    expect(String(await client.piece())).toContain('data: 1\n\n');
    client.reset();
    await expect.poll(async () => (await counts()).left).toBe(left + 1);
  });

  it('hears that a client left before its answer', async () => {
    const { left, waiting } = await counts();
    client.send(get('/never'));
    await expect.poll(async () => (await counts()).waiting).toBe(waiting + 1);
    client.reset();
    await expect.poll(async () => (await counts()).left).toBe(left + 1);
  });

  it('writes a large upload to disk', async () => {
    const content = randomBytes(8 << 20);
    const answer = await send(post('/upload', content, 'Content-Type: application/octet-stream'));
    expect(answer.json()).toEqual({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  });
});
