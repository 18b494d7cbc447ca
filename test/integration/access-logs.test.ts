/** Access logs beyond one in a fixed form: chosen fields, several logs, conditions, and what the lanes say of themselves. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Config, Response, defineApp, hashPassword, path } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { directoryWith, inline, started } from '../support/servers.ts';
import { RawUpstream } from '../proxy/upstream.ts';

type Line = Record<string, unknown>;

let directory = '';
beforeEach(async () => {
  directory = await directoryWith({ 'a.txt': 'a file' });
});

const file = (name: string) => join(directory, name);

/** Static files below /f/, and an application of the test's thread. */
function serving(log: NonNullable<Config['log']>, config: Config = {}) {
  return inline((request, respond) => respond(request.path === '/missing' ? 404 : 200, ['X-Kind', 'test'], 'seen'), {
    log,
    static: [{ prefix: '/f/', root: directory }],
    ...config,
  });
}

async function texts(name: string, count: number): Promise<string[]> {
  let found: string[] = [];
  await expect.poll(async () => (found = (await readFile(file(name), 'utf8')).split('\n').slice(0, -1)).length).toBe(count);
  return found;
}

async function objects(name: string, count: number): Promise<Line[]> {
  return (await texts(name, count)).map((line) => JSON.parse(line) as Line);
}

describe('chosen fields', () => {
  it('are the members of each object, in their order and under their names', async () => {
    const server = await serving({ fields: { at: 'time', code: 'status', who: 'remote_user', type: 'sent_http_x_kind', size: 'sent_http_content_length', key: 'http_x_key' }, access: 'json', path: file('log') });
    await ask(server.url, get('/', 'X-Key: a "key"'));
    const [line = ''] = await texts('log', 1);
    expect(line).toMatch(/^\{"at":"[^"]+","code":200,"who":null,"type":"test","size":"4","key":"a \\"key\\""\}$/);
  });

  it('tell lane, worker, pool, and where the time went', async () => {
    const fields = ['lane', 'worker', 'pool', 'request_time', 'queue_time', 'handler_time', 'write_time', 'cache_status', 'upstream_addr', 'view_time'];
    const server = await serving({ access: 'json', fields, path: file('log') });
    await ask(server.url, get('/'));
    await ask(server.url, get('/f/a.txt'));
    const [view, plain] = await objects('log', 2);
    expect(view).toMatchObject({ lane: 'view', worker: 0, pool: 'default', cache_status: null, upstream_addr: null, view_time: null });
    expect(plain).toMatchObject({ lane: 'file', worker: null, pool: null, queue_time: null, handler_time: null });
    for (const name of ['request_time', 'queue_time', 'handler_time', 'write_time']) expect(view?.[name], name).toBeTypeOf('number');
  });

  it('have the phases of the application where the request is traced', async () => {
    const app = defineApp({ urls: [path('', () => new Response('seen'))], middleware: [(request, next) => next(request)] });
    const fields = ['middleware_time', 'view_time', 'cpu_time', 'render_time'];
    const server = await started({ app, trace: true, log: { access: 'json', fields, path: file('log') } });
    await ask(server.url, get('/'));
    const [line] = await objects('log', 1);
    expect(line).toMatchObject({ render_time: null });
    for (const name of ['middleware_time', 'view_time', 'cpu_time']) expect(line?.[name], name).toBeTypeOf('number');
  });

  it('name the user that basic authentication has proven, and nobody who only says so', async () => {
    await writeFile(file('users'), `ann:${await hashPassword('secret')}\n`);
    const server = await serving({ fields: ['remote_user', 'status'], access: 'json', path: file('log') }, { auth: [{ prefix: '/in/', users: file('users') }] });
    const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}`;
    await ask(server.url, get('/in/', basic('ann:secret')));
    await ask(server.url, get('/in/', basic('bob:guess')));
    await ask(server.url, get('/out/', basic('ann:guess')));
    expect(await objects('log', 3)).toEqual([
      { remote_user: 'ann', status: 200 },
      { remote_user: null, status: 401 },
      { remote_user: null, status: 200 },
    ]);
  });
});

describe('the verdict of the cache and the upstream', () => {
  it('are in the line of each proxied request', async () => {
    let stale = false;
    const upstream = await RawUpstream.start(({ head, socket }) => {
      if (stale && /if-none-match/i.test(head)) socket.write('HTTP/1.1 304 Not Modified\r\nETag: "v"\r\n\r\n');
      else socket.write(`HTTP/1.1 200 OK\r\nETag: "v"\r\nCache-Control: max-age=${stale ? 0 : 60}\r\nContent-Length: 2\r\n\r\nok`);
    });
    const fields = ['cache_status', 'lane', 'upstream_name', 'upstream_addr', 'upstream_status', 'upstream_attempts', 'upstream_connect_time', 'upstream_header_time', 'upstream_response_time'];
    const server = await serving(
      { access: 'json', fields, path: file('log') },
      { upstreams: { back: { servers: [upstream.url] } }, proxy: [{ prefix: '/up/', upstream: 'back', cache: { bypass: ['$arg_fresh'] } }] },
    );
    await ask(server.url, get('/up/a'));
    await ask(server.url, get('/up/a'));
    await ask(server.url, get('/up/a?fresh=1'));
    stale = true;
    await ask(server.url, get('/up/b'));
    await ask(server.url, get('/up/b'));
    const [miss, hit, bypass, , revalidated] = await objects('log', 5);
    expect(miss).toMatchObject({ cache_status: 'miss', lane: 'proxy', upstream_name: 'back', upstream_addr: upstream.url, upstream_status: 200, upstream_attempts: 1 });
    for (const name of ['upstream_connect_time', 'upstream_header_time', 'upstream_response_time']) expect(miss?.[name], name).toBeTypeOf('number');
    expect(hit).toMatchObject({ cache_status: 'hit', lane: 'cache', upstream_name: null, upstream_addr: null, upstream_response_time: null });
    expect(bypass).toMatchObject({ cache_status: 'bypass', upstream_connect_time: 0 });
    expect(revalidated).toMatchObject({ cache_status: 'revalidated', upstream_status: 304 });
  });
});

describe('several logs', () => {
  it('have each their form, their file and their condition', async () => {
    const server = await serving({
      access: [
        { form: 'combined', path: file('all') },
        { fields: ['target', 'status'], path: file('errors'), only: { status: ['5xx', 404] } },
        { format: '$lane $request_uri', path: file('files'), only: { lane: ['file'] } },
        { format: '$request_uri', path: file('rest'), except: { lane: ['file'], status: ['2xx'] }, query: false },
      ],
    });
    await ask(server.url, get('/?a=1'));
    await ask(server.url, get('/missing?a=1'));
    await ask(server.url, get('/f/a.txt'));
    expect(await texts('all', 3)).toHaveLength(3);
    expect(await objects('errors', 1)).toEqual([{ target: '/missing?a=1', status: 404 }]);
    expect(await texts('files', 1)).toEqual(['file /f/a.txt']);
    expect(await texts('rest', 2)).toEqual(['/', '/missing']);
  });

  it('of one file share it, line by line', async () => {
    const server = await serving({
      access: [
        { format: 'short $status', path: file('log'), only: { status: ['2xx'] } },
        { format: 'long $status $request', path: file('log'), except: { status: ['2xx'] } },
      ],
    });
    await ask(server.url, get('/'));
    await ask(server.url, get('/missing'));
    expect(await texts('log', 2)).toEqual(['short 200', 'long 404 GET /missing HTTP/1.1']);
  });
});

describe('conditions', () => {
  it('ask for paths in normal form, for values of variables, and for time', async () => {
    const server = await serving({
      access: [
        { format: '$request_uri', path: file('paths'), except: { path: ['/static/**'] } },
        { format: '$request_uri', path: file('probes'), except: { values: { http_user_agent: 'kube-probe/*' } } },
        { format: '$request_uri', path: file('kinds'), only: { values: { sent_http_x_kind: 'te*', http_x_debug: true } } },
        { format: '$request_uri', path: file('slow'), only: { slower: '1h' } },
      ],
    });
    await ask(server.url, get('/static/a'));
    await ask(server.url, get('/static/%2e%2e/admin', 'User-Agent: kube-probe/1.2'));
    await ask(server.url, get('/b', 'X-Debug: 1'));
    await server.close();
    expect(await texts('paths', 2)).toEqual(['/static/%2e%2e/admin', '/b']);
    expect(await texts('probes', 2)).toEqual(['/static/a', '/b']);
    expect(await texts('kinds', 1)).toEqual(['/b']);
    expect(await texts('slow', 0)).toEqual([]);
  });
});
