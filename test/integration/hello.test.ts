/** One application under every arrangement of threads and listeners. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FastServeError, serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, fixtureApp, inline, started } from '../support/servers.ts';

const app = fixtureApp('hello.mjs');

describe('an application', () => {
  it.each([
    ['inline', { workers: 0 }],
    ['in one worker', { workers: 1 }],
    ['in three workers', { workers: 3 }],
    ['behind two I/O threads', { workers: 2, ioThreads: 2 }],
  ])('answers %s', async (_name, config) => {
    const server = await started({ app, ...config });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(server.url, get(`/${i}`))));
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 40 }, (_, i) => `hello /${i}`));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('runs in this thread with workers: 0 and in others with more', async () => {
    const inThread = await started({ app, workers: 0 });
    const inWorker = await started({ app, workers: 1 });
    const own = (await ask(inThread.url, get('/'))).field('x-thread');
    expect((await ask(inWorker.url, get('/'))).field('x-thread')).not.toBe(own);
  });

  it('is given to every worker in turn', async () => {
    const server = await started({ app, workers: 3 });
    const client = await connected(server);
    const threads = new Set<string | undefined>();
    for (let i = 0; i < 12; i++) {
      client.send(get('/'));
      threads.add((await client.answer()).field('x-thread'));
    }
    expect(threads.size).toBe(3);
  });

  it('answers many requests on one connection', async () => {
    const server = await started({ app, workers: 1 });
    const client = await connected(server);
    for (let i = 0; i < 200; i++) {
      client.send(get(`/${i}`));
      expect((await client.answer()).text).toBe(`hello /${i}`);
    }
    expect(server.stats()).toMatchObject({ connectionsAccepted: 1, requests: 200, requestsToWorkers: 200 });
  });
});

describe('two I/O threads', () => {
  it('answer on every one of 64 connections that stay open', async () => {
    const server = await started({ app, workers: 2, ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 64 }, () => connected(server)));
    for (let round = 0; round < 5; round++) {
      for (const client of clients) client.send(get(`/${round}`));
      for (const client of clients) expect((await client.answer()).text).toBe(`hello /${round}`);
    }
  });
});

describe('several servers in one process', () => {
  it('keep their applications apart', async () => {
    const servers = await Promise.all(['a', 'b', 'c'].map((name) => inline((_request, respond) => respond(200, [], name))));
    expect(new Set(servers.map(({ url }) => url)).size).toBe(3);
    expect(await Promise.all(servers.map(async ({ url }) => (await ask(url, get('/'))).text))).toEqual(['a', 'b', 'c']);
  });

  it('go on when one of them stops', async () => {
    const [one, two] = [await inline((_request, respond) => respond(200, [], 'one')), await inline((_request, respond) => respond(200, [], 'two'))];
    await one.close();
    expect((await ask(two.url, get('/'))).text).toBe('two');
  });
});

describe('listening', () => {
  it('takes TCP, IPv6 and a unix socket together', async () => {
    const directory = await directoryWith();
    const server = await started({ app, workers: 1, listen: ['127.0.0.1:0', { host: '::1', port: 0 }, { unix: join(directory, 's.sock') }] });
    expect(server.addresses).toEqual([
      { host: '127.0.0.1', port: expect.any(Number) as number },
      { host: '::1', port: expect.any(Number) as number },
      { unix: join(directory, 's.sock') },
    ]);
    const [v4, v6] = server.addresses;
    for (const url of [`http://127.0.0.1:${v4?.port}`, `http://[::1]:${v6?.port}`, `unix:${directory}/s.sock`]) {
      expect((await ask(url, get('/x'))).text).toBe('hello /x');
    }
  });

  it('gives a unix socket to two I/O threads', async () => {
    const directory = await directoryWith();
    const server = await started({ app, workers: 1, ioThreads: 2, listen: { unix: join(directory, 's.sock') } });
    const texts = await Promise.all(Array.from({ length: 32 }, async () => (await ask(server.url, get('/u'))).text));
    expect(new Set(texts)).toEqual(new Set(['hello /u']));
  });

  it('takes an abstract name for a unix socket, which has no file and is free again when it stops', async () => {
    const name = `@fastserve-test-${process.pid}-${randomUUID()}`;
    for (let i = 0; i < 2; i++) {
      const server = await serve({ app, workers: 1, listen: { unix: name } });
      expect(server.url).toBe(`unix:${name}`);
      // Not every release of Node connects to such names.
      const { stdout } = spawnSync('curl', ['-s', '--abstract-unix-socket', name.slice(1), 'http://a/abstract'], { encoding: 'utf8' });
      expect(stdout).toBe('hello /abstract');
      await expect(serve({ app, workers: 1, listen: { unix: name } })).rejects.toMatchObject({ code: 'FS_LISTEN' });
      await server.close();
    }
  });

  it('replaces the unix socket that a dead server left', async () => {
    const directory = await directoryWith();
    const path = join(directory, 's.sock');
    spawnSync(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`]);
    expect(existsSync(path)).toBe(true);
    const server = await started({ app, workers: 1, listen: { unix: path } });
    expect((await ask(server.url, get('/'))).status).toBe(200);
  });

  it('removes its unix socket when it stops', async () => {
    const directory = await directoryWith();
    const path = join(directory, 's.sock');
    const server = await serve({ app, workers: 1, listen: { unix: path } });
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  it('leaves a unix socket alone on which somebody listens', async () => {
    const directory = await directoryWith();
    const path = join(directory, 's.sock');
    const server = await started({ app, workers: 1, listen: { unix: path } });
    const failure = await serve({ app, workers: 1, listen: { unix: path } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FastServeError);
    expect((failure as FastServeError).message).toContain(`${path} is already in use`);
    expect((await ask(server.url, get('/'))).status).toBe(200);
  });

  it('leaves a file alone that is no socket', async () => {
    const directory = await directoryWith({ 'file.txt': 'precious' });
    await expect(serve({ app, workers: 1, listen: { unix: join(directory, 'file.txt') } })).rejects.toMatchObject({ code: 'FS_LISTEN' });
    expect(await readFile(join(directory, 'file.txt'), 'utf8')).toBe('precious');
  });

  it('says who has the port when it is in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const failure = await serve({ app, workers: 0, listen: { host: '127.0.0.1', port } }).catch((error: unknown) => error);
    await new Promise((resolve) => holder.close(resolve));
    expect(failure).toMatchObject({ code: 'FS_LISTEN', cause: { code: 'EADDRINUSE', port } });
    expect((failure as Error).message).toMatch(new RegExp(`^port ${port} is already in use by ".+" \\(pid ${process.pid}\\)`));
  });

  it('does not share a port with another server of its own', async () => {
    const first = await started({ app, workers: 0 });
    const port = first.addresses[0]?.port as number;
    await expect(serve({ app, workers: 0, listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({ code: 'FS_LISTEN' });
    expect((await ask(first.url, get('/'))).status).toBe(200);
  });
});
