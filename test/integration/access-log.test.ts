/** The access log in a file: one line for each answer, in the order of their ends. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, get, post } from '../support/client.ts';
import { connected, directoryWith, inline, takeErrors } from '../support/servers.ts';

let directory = '';
beforeEach(async () => {
  directory = await directoryWith({ 'a.txt': 'a file' });
});

function logging(access: 'text' | 'json', config: Config = {}) {
  return inline(
    async (request, respond) => {
      if (request.path === '/boom') throw new Error('boom');
      respond(200, [], `seen ${(await request.body.bytes()).byteLength}`);
    },
    { log: { access, path: join(directory, 'access.log') }, static: [{ prefix: '/f/', root: directory }], ...config },
  );
}

async function lines(count: number): Promise<string[]> {
  let found: string[] = [];
  await expect.poll(async () => (found = (await readFile(join(directory, 'access.log'), 'utf8')).split('\n').slice(0, -1)).length).toBe(count);
  return found;
}

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe('the text log', () => {
  it('has a line for a view, a file, an error and a malformed request', async () => {
    takeErrors();
    const server = await logging('text');
    await ask(server.url, get('/view?x=1', 'User-Agent: tester/1.0 "quoted"'));
    await ask(server.url, get('/f/a.txt'));
    await ask(server.url, get('/boom'));
    await ask(server.url, 'BROKEN\r\n\r\n');
    const [view, file, boom, broken] = await lines(4);
    expect(view).toMatch(new RegExp(String.raw`^${TIME} 127\.0\.0\.1 "GET /view\?x=1 HTTP/1\.1" 200 6 \d+\.\d{3}ms view w0 queue=\d+\.\d{3}ms "tester/1\.0 \\x22quoted\\x22"$`));
    expect(file).toMatch(new RegExp(String.raw`^${TIME} 127\.0\.0\.1 "GET /f/a\.txt HTTP/1\.1" 200 6 \d+\.\d{3}ms file - - "-"$`));
    expect(boom).toContain('"GET /boom HTTP/1.1" 500 22 ');
    expect(broken).toMatch(/ 400 \d+ \S+ error - - "-" id=[0-9a-f]{16}$/);
  });

  it('cannot be forged through a target', async () => {
    const server = await logging('text');
    await ask(server.url, get('/x%0A2026-01-01%22'));
    const client = await connected(server);
    client.send('GET /" HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.answer();
    for (const line of await lines(2)) expect(line.match(/"/g)?.length).toBe(4);
  });
});

describe('the JSON log', () => {
  it('has one object a line', async () => {
    const server = await logging('json');
    await ask(server.url, post('/p?q="\\', 'content', 'User-Agent: \xe9"\\', 'Referer: http://r/'));
    await ask(server.url, get('/f/none'));
    const [first, second] = (await lines(2)).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ peer: '127.0.0.1', method: 'POST', version: '1.1', lane: 'view', worker: 0, referer: 'http://r/' });
    expect(second).toMatchObject({ method: 'GET', target: '/f/none', status: 404, worker: null, queue_ms: null, user_agent: null });
    expect(second?.['time']).toMatch(new RegExp(`^${TIME}$`));
  });

  it('has a line for each of a thousand requests, none mixed with another', async () => {
    const server = await logging('json', { ioThreads: 2 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => connected(server)));
    for (const [c, client] of clients.entries()) client.send(Array.from({ length: 50 }, (_, i) => get(`/${c}/${i}`)).join(''));
    for (const client of clients) for (let i = 0; i < 50; i++) await client.answer();
    const targets = new Set((await lines(1000)).map((line) => (JSON.parse(line) as { target: string }).target));
    expect(targets.size).toBe(1000);
    expect(server.stats().logLinesDropped).toBe(0);
  });

  it('is complete when the server has stopped', async () => {
    const server = await logging('json');
    const client = await connected(server);
    client.send(get('/1') + get('/2') + get('/3'));
    for (let i = 0; i < 3; i++) await client.answer();
    client.finish();
    await server.close();
    expect((await readFile(join(directory, 'access.log'), 'utf8')).split('\n')).toHaveLength(4);
  });
});

describe('a log that cannot be opened', () => {
  it('is an error at the start that names the file', async () => {
    await expect(inline(() => {}, { log: { access: 'text', path: join(directory, 'none', 'access.log') } })).rejects.toThrow('access.log');
  });
});
