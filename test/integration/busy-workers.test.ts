/** Every worker stuck in an endless loop: what needs no JavaScript is answered as ever. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { ask, get, head } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, started, takeErrors } from '../support/servers.ts';

/** A server whose workers spin, all or so many. */
async function stuck(app: string, workers: number, config: Config = {}, spinning = workers): Promise<FastServer> {
  takeErrors();
  const directory = await directoryWith();
  await mkdir(join(directory, 'files'));
  await writeFile(join(directory, 'files', 'a.txt'), 'a file');
  const server = await started({ app: fixtureApp(app), workers, static: [{ prefix: '/files/', root: join(directory, 'files') }], ...config });
  for (let i = 0; i < spinning; i++) {
    const mark = join(directory, `spinning-${i}`);
    const client = await connected(server);
    client.send(get(`/spin?mark=${mark}`));
    await expect.poll(() => existsSync(mark), { timeout: 5000 }).toBe(true);
  }
  return server;
}

/** Fields 19 and 41 of proc_pid_stat(5), counted from the third. */
const NICENESS = 16;
const POLICY = 38;
const SCHED_IDLE = '5';

/** How many of the process's threads give way to all others: in the idle class or at the lowest priority, beside the one that always is. */
function yieldingThreads(): number {
  const threads = readdirSync('/proc/self/task').map((thread) => readFileSync(`/proc/self/task/${thread}/stat`, 'latin1'));
  const gives = (fields: string[]) => fields[NICENESS] === '19' || fields[POLICY] === SCHED_IDLE;
  return threads.filter((stat) => !stat.includes('(fs-compress)') && gives(stat.slice(stat.lastIndexOf(')') + 2).split(' '))).length;
}

describe('while both workers spin', () => {
  it.skipIf(getPriority() >= 19)('they give way to the I/O thread as soon as it has something to do', async () => {
    expect(yieldingThreads()).toBe(0);
    const server = await stuck('deadly.mjs', 2, { workerNice: 19 });
    const yielding = async () => {
      await ask(server.url, get('/files/a.txt'));
      return yieldingThreads();
    };
    await expect.poll(yielding, { timeout: 5000 }).toBe(2);
  });

  it('fifty files in a row are sent, and one with a condition is 304', async () => {
    const server = await stuck('deadly.mjs', 2);
    const client = await connected(server);
    let etag = '';
    for (let i = 0; i < 50; i++) {
      client.send(get('/files/a.txt'));
      const answer = await client.answer();
      expect(answer.text).toBe('a file');
      etag = answer.field('etag') ?? '';
    }
    client.send(get('/files/a.txt', `If-None-Match: ${etag}`));
    expect((await client.answer()).status).toBe(304);
    expect(server.stats().requestsToWorkers).toBe(2);
  });

  it('404, 405, OPTIONS and redirects are answered', async () => {
    const server = await stuck('spinning-site.mjs', 2);
    for (let i = 0; i < 10; i++) {
      expect((await ask(server.url, get('/missing'))).status).toBe(404);
      expect((await ask(server.url, get('/files/missing'))).status).toBe(404);
      const wrong = await ask(server.url, head('DELETE', '/articles/7/'));
      expect([wrong.status, wrong.field('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
      const options = await ask(server.url, head('OPTIONS', '/articles/7/'));
      expect([options.status, options.field('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
      const redirect = await ask(server.url, get('/articles/7?x=1'));
      expect([redirect.status, redirect.field('location')]).toEqual([301, '/articles/7/?x=1']);
    }
  });

  it('malformed requests are refused, and clients that leave are forgotten', async () => {
    const server = await stuck('deadly.mjs', 1);
    expect((await ask(server.url, 'BROKEN\r\n\r\n')).status).toBe(400);
    const leaver = await connected(server);
    leaver.send(get('/queued'));
    await expect.poll(() => server.stats().inFlight + server.stats().queued).toBe(2);
    const before = server.stats().connectionsOpen;
    leaver.reset();
    await expect.poll(() => server.stats().connectionsOpen).toBe(before - 1);
  });

  it('the queue fills up to its limit, then 503 with Retry-After comes at once', async () => {
    const server = await stuck('deadly.mjs', 1, { limits: { inFlight: 1, queued: 3 } });
    const waiting = await Promise.all(Array.from({ length: 3 }, () => connected(server)));
    for (const client of waiting) client.send(get('/waits'));
    await expect.poll(() => server.stats().queued).toBe(3);
    const refused = await connected(server);
    refused.send(get('/refused') + get('/files/a.txt'));
    const answer = await refused.answer();
    expect([answer.status, answer.field('retry-after'), answer.field('connection')]).toEqual([503, '1', undefined]);
    expect((await refused.answer()).text).toBe('a file');
    expect(server.stats().rejectedQueueFull).toBe(1);
  });

  it('what waits longer than timeouts.queue gets 503', async () => {
    const server = await stuck('deadly.mjs', 1, { limits: { inFlight: 1 }, timeouts: { queue: 200 } });
    const answer = await ask(server.url, get('/waits'));
    expect([answer.status, answer.field('retry-after')]).toEqual([503, '1']);
  });

  it('a stop ends them', async () => {
    const server = await stuck('deadly.mjs', 2);
    await server.close({ grace: 0 });
    await expect(ask(server.url, get('/files/a.txt'))).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a view past its time limit', () => {
  it('is answered with 504; its worker is replaced and answers who waited behind', async () => {
    const errors = takeErrors();
    const directory = await directoryWith();
    const server = await started({ app: fixtureApp('deadly.mjs'), workers: 1, timeouts: { request: 300 } });
    const client = await connected(server);
    client.send(get(`/spin?mark=${join(directory, 'mark')}`) + get('/behind'));
    expect((await client.answer()).status).toBe(504);
    const behind = await client.answer();
    expect([200, 504]).toContain(behind.status);
    client.send(get('/after'));
    expect((await client.answer()).text).toBe('alive /after');
    await expect.poll(errors).toContain('worker 0');
  });
});

describe('while one of two workers spins', () => {
  it('the other answers', async () => {
    const server = await stuck('deadly.mjs', 1, { workers: 2 });
    const client = await connected(server);
    for (let i = 0; i < 50; i++) {
      client.send(get(`/${i}`));
      expect((await client.answer()).text).toBe(`alive /${i}`);
    }
  });
});

describe('while one of two workers spins', () => {
  it('the other one gets all requests, however many there are', async () => {
    const server = await stuck('deadly.mjs', 2, {}, 1);
    const known = performance.now() + 1500;
    while (performance.now() < known) expect((await ask(server.url, get('/'))).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(server.url, get('/'))));
    expect(answers.map(({ status }) => status)).toEqual(new Array(60).fill(200));
  });
});
