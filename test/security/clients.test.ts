/** Who a client is, as upstreams, views and logs are told (proxy[].client, security.client, log.client). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashPassword } from '../../dist/index.js';
import { answer, RawUpstream, valuesOf } from '../proxy/upstream.ts';
import { ask, get } from '../support/client.ts';
import { connected, directoryWith, inline } from '../support/servers.ts';

const CLIENT = 'X-Forwarded-For: 203.0.113.77';
const FORWARDING = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'];

describe('an upstream', () => {
  it('is told of the client as its entry says', async () => {
    const upstream = await RawUpstream.start(({ socket }) => socket.write(answer('')));
    const entries = {
      full: {}, masked: { client: 'masked' }, hashed: { client: 'hashed' }, hidden: { client: 'none' },
      quiet: { forwarded: 'none', via: false }, standard: { forwarded: 'standard' }, classic: { forwarded: 'x-forwarded', client: 'masked' },
    } as const;
    const server = await inline(() => {}, {
      trustProxy: ['127.0.0.1'],
      proxy: Object.entries(entries).map(([name, entry]) => ({ prefix: `/${name}/`, upstream: upstream.url, ...entry })),
    });
    const told = async (name: keyof typeof entries) => {
      await ask(server.url, get(`/${name}/`, CLIENT, 'X-Real-IP: 203.0.113.77'));
      const { head } = upstream.requests.at(-1) ?? { head: '' };
      return FORWARDING.map((field) => valuesOf(head, field).join('|').replace(/;host="[^"]*"/, ''));
    };
    const via = '1.1 fastserve';
    expect(await told('full')).toEqual(['203.0.113.77, 127.0.0.1', 'http', 'for=203.0.113.77;proto=http', '203.0.113.77', via]);
    expect(await told('masked')).toEqual(['203.0.113.0', 'http', 'for=203.0.113.0;proto=http', '', via]);
    expect(await told('hidden')).toEqual(['', 'http', 'for=unknown;proto=http', '', via]);
    expect(await told('quiet')).toEqual(['', '', '', '', '']);
    expect(await told('standard')).toEqual(['', '', 'for=203.0.113.77;proto=http', '203.0.113.77', via]);
    expect(await told('classic')).toEqual(['203.0.113.0', 'http', '', '', via]);
    const hashed = await told('hashed');
    expect(hashed[0]).toMatch(/^fd[0-9a-f:]+$/);
    expect(hashed[2]).toBe(`for="[${hashed[0]}]";proto=http`);
    expect(await told('hashed')).toEqual(hashed);
    expect(upstream.requests.filter(({ head }) => !/\/(?:full|standard)\//.test(head)).some(({ head }) => head.includes('203.0.113.77'))).toBe(false);
  });
});

describe('a view', () => {
  it('sees the address that security.client leaves', async () => {
    const server = await inline((request, respond) => respond(200, [], `${request.remoteAddress} ${request.remotePort}`), {
      trustProxy: ['127.0.0.1'],
      security: { client: 'masked' },
    });
    expect((await ask(server.url, get('/', CLIENT))).text).toBe('203.0.113.0 0');
  });
});

describe('the access log', () => {
  it('masks clients, redacts parameters, names users and leaves out what it is told to', async () => {
    const directory = await directoryWith({ users: `ann:${await hashPassword('secret')}\n` });
    const path = join(directory, 'access.log');
    const server = await inline((request, respond) => respond(request.path === '/broken' ? 500 : 200, [], 'x'), {
      trustProxy: ['127.0.0.1'],
      auth: [{ prefix: '/admin/', users: join(directory, 'users') }],
      log: { access: 'combined', path, client: 'masked', redact: ['token'], status: ['2xx', '5xx'] },
    });
    await ask(server.url, get('/a?token=hidden&x=1', CLIENT, 'Referer: https://site/?token=hidden', 'User-Agent: one "two"'));
    await ask(server.url, get('/admin/', CLIENT, `Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}`));
    await ask(server.url, get('/admin/', CLIENT));
    await ask(server.url, get('/broken', CLIENT));
    await server.close({ grace: 0 });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => line.replace(/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\]/, '[time]'));
    expect(lines[0]).toBe('203.0.113.0 - - [time] "GET /a?token=[redacted]&x=1 HTTP/1.1" 200 1 "https://site/?token=[redacted]" "one \\x22two\\x22"');
    expect(lines[1]).toBe('203.0.113.0 - ann [time] "GET /admin/ HTTP/1.1" 200 1 "-" "-"');
    expect(lines[2]).toMatch(/"GET \/broken HTTP\/1\.1" 500 /);
    expect(lines).toHaveLength(3);
  });

  it('has one line in so many, without addresses and queries, and every error', async () => {
    const path = join(await directoryWith(), 'access.log');
    const server = await inline((request, respond) => respond(request.path === '/broken' ? 500 : 200, [], 'x'), { log: { access: 'json', path, client: 'none', sample: 10, query: false } });
    const client = await connected(server);
    for (let i = 0; i < 20; i++) client.send(get(`/${i}?secret`));
    for (let i = 0; i < 20; i++) await client.answer();
    client.send(get('/broken'));
    await client.answer();
    await server.close({ grace: 0 });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ peer, port, target, status }) => [peer, port, target, status])).toEqual([
      ['-', null, '/0', 200],
      ['-', null, '/10', 200],
      ['-', null, '/broken', 500],
    ]);
  });

  it('has a form of its own, which no client can break', async () => {
    const path = join(await directoryWith(), 'access.log');
    const server = await inline((_request, respond) => respond(200, [], 'x'), {
      log: { path, client: 'masked', redact: ['token'], access: 'text', format: '{"a":"$remote_addr","u":"$request_uri","q":"$args","x":"$http_x_key","s":$status,"l":"$lane"}' },
    });
    await ask(server.url, get('/a?token=hidden', 'X-Key: "}\\'));
    await ask(server.url, get('/%00'));
    await server.close({ grace: 0 });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { a: '127.0.0.0', u: '/a?token=[redacted]', q: 'token=[redacted]', x: '"}\\', s: 200, l: 'view' },
      { a: '127.0.0.0', u: '/%00', q: '', x: '', s: 400, l: 'error' },
    ]);
  });
});
