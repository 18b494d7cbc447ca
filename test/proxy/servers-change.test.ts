/** Servers of an upstream that change while requests come. One front, whose servers each test sets up anew. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, type FastServer, serve } from '../../dist/index.js';
import { runCommand } from '../../dist/control/commands.js';
import { connected, started } from '../support/servers.ts';
import { answer, RawUpstream, type Script } from './upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

/** Servers that answer with their number. */
function farm(count: number, script: (n: number) => Script = (n) => ({ socket }) => void socket.write(answer(String(n)))) {
  return Promise.all(Array.from({ length: count }, (_, n) => RawUpstream.start(script(n))));
}

async function answers(server: FastServer, count: number): Promise<string[]> {
  const client = await connected(server);
  const texts: string[] = [];
  for (let i = 0; i < count; i += 1) {
    client.send(GET);
    texts.push((await client.answer()).text);
  }
  return texts;
}

async function front(urls: string[], options: object = {}): Promise<FastServer> {
  return started({ upstreams: { farm: { servers: urls, ...options } }, proxy: [{ prefix: '/', upstream: 'farm' }] });
}

describe('a server of an upstream', () => {
  it('is added and gets its share, and is removed with no failed request under load', async () => {
    const [first, second] = await farm(2);
    const server = await front([first?.url ?? '']);
    const load = Promise.all(Array.from({ length: 4 }, () => answers(server, 200)));
    await server.upstream('farm').add(second?.url ?? '');
    await expect.poll(() => second?.requests.length).toBeGreaterThan(10);
    server.upstream('farm').remove(first?.url ?? '');
    const texts = (await load).flat();
    expect(texts.every((text) => text === '0' || text === '1')).toBe(true);
    expect(await answers(server, 5)).toEqual(['1', '1', '1', '1', '1']);
  }, 30_000);

  it('keeps an open tunnel when it is removed', async () => {
    const echo: Script = ({ socket }) => {
      socket.on('data', (bytes) => void socket.write(bytes));
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    };
    const [first, second] = await farm(2, (n) => (n === 0 ? echo : ({ socket }) => void socket.write(answer('1'))));
    const server = await front([first?.url ?? '', second?.url ?? '']);
    const client = await connected(server);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect((await client.head()).status).toBe(101);
    server.upstream('farm').remove(first?.url ?? '');
    expect(await answers(server, 3)).toEqual(['1', '1', '1']);
    client.send('still there');
    expect((await client.exactly(11)).toString()).toBe('still there');
  });

  it('gets no new clients while it is drained, but those that come back', async () => {
    const [first, second] = await farm(2);
    const server = await front([first?.url ?? '', second?.url ?? ''], { sticky: 'route' });
    const client = await connected(server);
    client.send(GET);
    const got = await client.answer();
    server.upstream('farm').drain((got.text === '0' ? first : second)?.url ?? '');
    client.send(`GET / HTTP/1.1\r\nHost: a\r\nCookie: ${got.field('set-cookie')?.split(';')[0]}\r\n\r\n`);
    expect((await client.answer()).text).toBe(got.text);
    expect(new Set(await answers(server, 6))).toEqual(new Set([got.text === '0' ? '1' : '0']));
  });

  it('has another weight from the next request on, and shows what it did', async () => {
    const urls = (await farm(2)).map(({ url }) => url);
    const server = await front(urls);
    server.upstream('farm').set(urls[0] ?? '', { weight: 3 });
    expect((await answers(server, 8)).filter((text) => text === '0').length).toBe(6);
    const [first, second] = server.upstream('farm').list();
    expect(first).toMatchObject({ url: urls[0], state: 'up', weight: 3, answered: 6, failed: 0, inFlight: 0 });
    expect(second).toMatchObject({ url: urls[1], address: urls[1]?.slice('http://'.length), weight: 1, answered: 2 });
    expect(first?.latencyMs).toBeGreaterThan(0);
  });

  it('that is switched off is down until it is switched on', async () => {
    const urls = (await farm(2)).map(({ url }) => url);
    const server = await front(urls);
    server.upstream('farm').set(urls[1] ?? '', { down: true });
    expect(await answers(server, 3)).toEqual(['0', '0', '0']);
    expect(server.upstream('farm').list()[1]?.state).toBe('down');
    server.upstream('farm').set(urls[1] ?? '', { down: false });
    expect((await answers(server, 4)).sort()).toEqual(['0', '0', '1', '1']);
  });

  it('comes and goes with the configuration of a reload, without a restart', async () => {
    const [first, second] = await farm(2);
    const config = (url = '') => ({ upstreams: { farm: { servers: [url] } }, proxy: [{ prefix: '/', upstream: 'farm' }] });
    const server = await started(config(first?.url));
    expect((await server.reload(config(second?.url))).restart).toEqual([]);
    expect(await answers(server, 2)).toEqual(['1', '1']);
  });
});

describe('what cannot be', () => {
  let server: FastServer;
  beforeAll(async () => {
    server = await serve({ upstreams: { farm: { servers: ['http://127.0.0.1:9'] } }, proxy: [{ prefix: '/', upstream: 'farm' }] });
  });
  afterAll(() => server.close({ grace: 0 }));

  it.each([
    ['an upstream that is not there', () => server.upstream('fram'), 'got "fram", which is no upstream. Did you mean "farm"?'],
    ['the only server gone', () => server.upstream('farm').remove('http://127.0.0.1:9'), 'which is the only one. Add another before, or set it down.'],
    ['a server that is not there', () => server.upstream('farm').drain('http://127.0.0.1:8'), 'which is no server of it. Did you mean "http://127.0.0.1:9"?'],
    ['a wrong weight', () => server.upstream('farm').set('http://127.0.0.1:9', { weight: 0 }), 'weight: got 0, expected a whole number from 1 to 1000.'],
    ['a server twice', () => server.upstream('farm').add('http://127.0.0.1:9'), 'which is there already. Change it with set().'],
    ['an address that is none', () => server.upstream('farm').add('ftp://x'), 'server: got "ftp://x", expected the address of a server'],
    ['another protocol', () => server.upstream('farm').add('uwsgi://127.0.0.1:1'), 'but the upstream has no uwsgi server.'],
  ])('%s', async (_, act, message) => {
    const refused = await Promise.resolve().then(act).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect((refused as ConfigError).message).toContain(message);
  });

  it('an action that the control socket does not know', async () => {
    const target = { server, stop: () => {} } as never;
    await expect(runCommand(target, { command: 'upstream', arguments: ['farm', 'ad', 'x'] })).rejects.toThrow('Did you mean "add"?');
    await expect(runCommand(target, { command: 'upstream', arguments: ['farm', 'weight', 'http://127.0.0.1:9', 'x'] })).rejects.toThrow('expected a weight from 1 to 1000');
  });

  it('commands of the control socket change servers and show them', async () => {
    const target = { server, stop: () => {} } as never;
    const added = await runCommand(target, { command: 'upstream', arguments: ['farm', 'add', 'http://127.0.0.1:10', '5'] });
    expect(added).toMatchObject({ message: 'http://127.0.0.1:10 gets requests', servers: [{ weight: 1 }, { url: 'http://127.0.0.1:10', weight: 5 }] });
    await runCommand(target, { command: 'upstream', arguments: ['farm', 'drain', 'http://127.0.0.1:10'] });
    expect(await runCommand(target, { command: 'upstream', arguments: [] })).toMatchObject({ upstreams: [{ name: 'farm', servers: [{ state: 'up' }, { state: 'draining' }] }] });
    await runCommand(target, { command: 'upstream', arguments: ['farm', 'remove', 'http://127.0.0.1:10'] });
    expect(server.upstream('farm').list().length).toBe(1);
  });
});
