/** Workers that die: who is answered with what, and that the server goes on. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FastServer } from '../../dist/index.js';
import { Running } from '../cli/command.ts';
import { ask, CutError, get, post } from '../support/client.ts';
import { atEnd, connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';

const app = fixtureApp('deadly.mjs');
let errors = (): string => '';

async function serving(workers = 1): Promise<FastServer> {
  errors = takeErrors();
  return started({ app, workers });
}

describe('a handler that fails without ending its worker', () => {
  it.each([
    ['/throw', 'Error: thrown in the handler'],
    ['/recursion', 'RangeError: Maximum call stack size exceeded'],
  ])('%s is answered with 500 by a worker that lives on', async (path, message) => {
    const server = await serving();
    const client = await connected(server);
    client.send(get(path) + get('/next'));
    expect((await client.answer()).status).toBe(500);
    expect((await client.answer()).text).toBe('alive /next');
    await expect.poll(errors).toContain(message);
    expect(errors()).not.toContain('died');
  });
});

describe.each([
  ['/exit', 'worker exited with code'],
  ['/stray-rejection', 'stray rejection'],
  ['/stray-throw', 'stray throw'],
])('a worker that dies of %s', (path, reason) => {
  it('answers 502 for what it had started, and is replaced', async () => {
    const server = await serving();
    const client = await connected(server);
    client.send(get(path));
    expect((await client.answer()).status).toBe(502);
    client.send(get('/after'));
    expect((await client.answer()).text).toBe('alive /after');
    await expect.poll(errors).toMatch(new RegExp(`error worker 0 died, starting another.*: [^]*${reason}`));
  });
});

describe('a worker that dies in the middle of a batch', () => {
  it('has what it had not started answered by its successor, in order, on the same connection', async () => {
    const server = await serving();
    const client = await connected(server);
    client.send(get('/1') + get('/exit') + get('/2') + get('/3'));
    expect((await client.answer()).text).toBe('alive /1');
    expect((await client.answer()).status).toBe(502);
    expect((await client.answer()).text).toBe('alive /2');
    expect((await client.answer()).text).toBe('alive /3');
    expect(server.stats()).toMatchObject({ connectionsAccepted: 1, redispatched: 2 });
  });

  it('hands its queue to the other worker', async () => {
    const server = await serving(2);
    const clients = await Promise.all(Array.from({ length: 30 }, () => connected(server)));
    for (const client of clients.slice(0, 15)) client.send(get('/a'));
    clients[15]?.send(get('/exit'));
    for (const client of clients.slice(16)) client.send(get('/b'));
    const statuses = await Promise.all(clients.map(async (client) => (await client.answer()).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(29);
    expect(statuses[15]).toBe(502);
  });

  it('keeps small content of what is given to the next', async () => {
    const server = await serving();
    const client = await connected(server);
    client.send(Buffer.concat([Buffer.from(get('/exit')), post('/content', 'x'.repeat(5000)), post('/content', 'y'.repeat(50_000))]));
    expect((await client.answer()).status).toBe(502);
    expect((await client.answer()).text).toBe('alive /content');
    expect((await client.answer()).text).toBe('alive /content');
  });
});

describe('requests inside a worker that dies', () => {
  it('are answered with 502, all of them', async () => {
    const server = await serving();
    const waiting = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const client of waiting) client.send(get('/never'));
    await expect.poll(() => server.stats().inFlight).toBe(20);
    expect((await ask(server.url, get('/stray-throw'))).status).toBe(502);
    for (const client of waiting) expect((await client.answer()).status).toBe(502);
    for (const client of waiting) {
      client.send(get('/again'));
      expect((await client.answer()).text).toBe('alive /again');
    }
  });

  it('whose answer had begun look cut', async () => {
    const server = await serving();
    const client = await connected(server);
    client.send(get('/stream'));
    await client.head();
    expect(String(await client.exactly(10))).toBe('5\r\nbegun\r\n');
    await ask(server.url, get('/exit'));
    await expect(client.exactly(1)).rejects.toThrow(CutError);
    expect((await ask(server.url, get('/after'))).text).toBe('alive /after');
  });
});

describe('deaths in a row', () => {
  it('never leave a request unanswered', async () => {
    const server = await serving(2);
    const client = await connected(server);
    for (let i = 0; i < 6; i++) {
      client.send(get(`/exit?${i}`) + get(`/${i}`));
      expect((await client.answer()).status).toBe(502);
      expect((await client.answer()).text).toBe(`alive /${i}`);
    }
    expect(server.stats().connectionsAccepted).toBe(1);
    await expect.poll(() => server.stats().workers.filter(({ state }) => state === 'attached').length).toBe(2);
  });
});

describe('a worker out of memory', () => {
  let running: Running | undefined;
  afterEach(async () => {
    running?.process.kill('SIGKILL');
    await running?.exited;
  });

  it('is replaced, and the process lives on', async () => {
    const site = await directoryWith({ 'fastserve.config.json': JSON.stringify({ app, workers: 1, listen: '127.0.0.1:0', log: { access: 'off' } }) });
    running = new Running(['start', site], { env: { NODE_OPTIONS: '--max-old-space-size=64' } });
    const client = await connected(await running.url());
    atEnd(() => client.destroy());
    client.send(get('/memory') + get('/after'));
    expect((await client.answer()).status).toBe(502);
    expect((await client.answer()).text).toBe('alive /after');
    await running.output(/worker 0 died, starting another.*: .*memory/i);
  }, 30_000);
});
