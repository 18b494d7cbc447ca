/** The guest book of examples/frameworks, started as the command does, in a worker. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ask, get, post } from '../support/client.ts';
import { connected, started } from '../support/servers.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';

describe.each(['express', 'koa', 'fastify', 'hono', 'fetch'])('examples/frameworks/%s.ts', (framework) => {
  const app = fileURLToPath(new URL(`../../examples/frameworks/${framework}.ts`, import.meta.url));

  it('shows its page, takes a form and lists what it took', async () => {
    const { url } = await started({ app, workers: 1 });
    const before = await ask(url, get('/'));
    expect([before.status, before.field('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(before.text).toContain('<b>Ada</b>');
    const signed = await ask(url, post('/sign', 'name=Grace+H&text=%3Cb%3E', FORM), 'POST');
    expect([signed.status, signed.field('location')]).toEqual([303, '/']);
    expect((await ask(url, get('/'))).text).toContain('<b>Grace H</b>: &lt;b&gt;');
    expect((await ask(url, get('/entries.json'))).json()).toEqual([{ name: 'Grace H', text: '<b>' }, { name: 'Ada', text: 'The first visitor.' }]);
    expect((await ask(url, post('/sign', 'name=', FORM), 'POST')).status).toBe(400);
    expect((await ask(url, get('/missing'))).status).toBe(404);
  });

  it('ticks until its client leaves', async () => {
    const server = await started({ app, workers: 1 });
    const client = await connected(server);
    client.send(get('/clock'));
    expect((await client.head()).field('content-type')).toMatch(/^text\/event-stream/);
    expect(String(await client.piece())).toMatch(/data: \d{4}-/);
    client.reset();
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });
});
