/** reload(config): addresses, directories and limits change, and no connection is touched. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../dist/control/commands.js';
import { Running } from '../cli/command.ts';
import { ask, get, post } from '../support/client.ts';
import { atEnd, connected, directoryWith, fixtureApp, inline, started, usage } from '../support/servers.ts';

const app = fixtureApp('hello.mjs');

describe('a reload with another configuration', () => {
  it('serves another directory on connections that are open', async () => {
    const [one, two] = [await directoryWith({ 'a.txt': 'one' }), await directoryWith({ 'a.txt': 'two', 'b.txt': 'more' })];
    const server = await started({ static: [{ prefix: '/f/', root: one }] });
    const client = await connected(server);
    client.send(get('/f/a.txt') + get('/f/b.txt'));
    expect([(await client.answer()).text, (await client.answer()).status]).toEqual(['one', 404]);
    await server.reload({ static: [{ prefix: '/f/', root: two, cacheControl: 'no-store' }] });
    client.send(get('/f/a.txt') + get('/f/b.txt'));
    const [a, b] = [await client.answer(), await client.answer()];
    expect([a.text, a.field('cache-control'), b.text]).toEqual(['two', 'no-store', 'more']);
    expect(server.stats().connectionsAccepted).toBe(1);
  });

  it('brings hosts and limits, and the code with them', async () => {
    const server = await started({ app, workers: 1 });
    expect((await ask(server.url, post('/', 'x'.repeat(100)))).status).toBe(200);
    expect(await server.reload({ app, workers: 1, limits: { body: 10 } })).toMatchObject({ generation: 2, restart: [] });
    expect((await ask(server.url, post('/', 'x'.repeat(100)))).status).toBe(413);
    expect(await server.reload({ app, workers: 1, hosts: ['example.org'] })).toMatchObject({ generation: 3, restart: [] });
    expect((await ask(server.url, get('/'))).status).toBe(421);
  });

  it('holds for the next request on a connection that is open, rules of access included', async () => {
    const files = { static: [{ prefix: '/', root: await directoryWith({ 'a.txt': 'a file' }) }] };
    const server = await started(files);
    const client = await connected(server);
    client.send(get('/a.txt'));
    expect((await client.answer()).status).toBe(200);
    // Often: the thread that has the connection is told of the rules while the request is on its way.
    for (let i = 0; i < 100; i++) {
      const isOpen = i % 2 === 1;
      await server.reload({ ...files, access: isOpen ? [{ prefix: '/b/', deny: 'all' }] : [{ deny: 'all' }] });
      client.send(get('/a.txt'));
      expect((await client.answer()).status).toBe(isOpen ? 200 : 403);
    }
  });

  it('names workers as what needs a restart where the configuration has changed their number, and not where an operator has', async () => {
    const server = await started({ app, workers: 1 });
    await runCommand({ server, stop: () => {} } as never, { command: 'scale', arguments: ['2'] });
    expect(await server.reload({ app, workers: 1 })).toMatchObject({ workers: 2, restart: [] });
    expect(await server.reload({ app, workers: 2 })).toMatchObject({ workers: 2, restart: [] });
    expect(await server.reload({ app, workers: 3 })).toMatchObject({ workers: 2, restart: ['workers', 'pools'] });
  });

  it('changes what surrounds an application of the calling thread', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const server = await inline((_request, respond) => respond(200, [], 'view'));
    expect((await ask(server.url, get('/a.txt'))).text).toBe('view');
    const { restart } = await server.reload({ app: 'other.mjs', workers: 0, static: [{ prefix: '/', root }], ioThreads: 2 });
    expect(restart).toEqual(['ioThreads', 'app']);
    expect((await ask(server.url, get('/a.txt'))).text).toBe('a file');
    expect((await ask(server.url, get('/b.txt'))).text).toBe('view');
  });

  it('that cannot be used changes nothing and says why', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const server = await started({ static: [{ prefix: '/', root }] });
    const wrong = server.reload({ listen: [{ port: 0 }, { port: 0 }], static: [{ prefix: '/', root: join(root, 'missing') }] });
    await expect(wrong).rejects.toThrow(/^reload\(\): static\[0\]\.root: there is no directory at/);
    expect(server.addresses).toHaveLength(1);
    expect((await ask(server.url, get('/a.txt'))).text).toBe('a file');
  });
});

describe('addresses', () => {
  it('come and go; connections of those that go stay', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const files = { static: [{ prefix: '/', root }] };
    const socket = join(root, 'site.sock');
    const server = await started({ ...files, listen: [{ port: 0 }], ioThreads: 2 });
    const [first] = server.addresses;
    const client = await connected(server);
    await server.reload({ ...files, listen: [{ host: '::1', port: 0 }, { unix: socket }], ioThreads: 2 });
    expect(server.addresses).toEqual([{ host: '::1', port: expect.any(Number) as number }, { unix: socket }]);
    for (let i = 0; i < 8; i++) expect((await ask(server.url, get('/a.txt'))).text).toBe('a file');
    expect((await ask(`unix:${socket}`, get('/a.txt'))).text).toBe('a file');
    await expect(ask(`http://127.0.0.1:${first?.port}`, get('/'))).rejects.toThrow('ECONNREFUSED');
    client.send(get('/a.txt'));
    expect((await client.answer()).text).toBe('a file');
    await server.reload({ ...files, listen: [{ host: '::1', port: 0 }], ioThreads: 2 });
    await expect(ask(`unix:${socket}`, get('/'))).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it('that cannot be bound leave all others as they were', async () => {
    const root = await directoryWith();
    const [server, holder] = [await started({ static: [{ prefix: '/', root }] }), await started({ static: [{ prefix: '/', root }] })];
    const taken = { host: '127.0.0.1', port: holder.addresses[0]?.port as number };
    const failed = server.reload({ listen: [{ host: '127.0.0.2', port: 0 }, taken], static: [{ prefix: '/', root }] });
    await expect(failed).rejects.toMatchObject({ code: 'FS_LISTEN' });
    expect(server.addresses).toHaveLength(1);
    expect((await ask(server.url, get('/'))).status).toBe(404);
  });

  it('that change their kind wait for a restart', async () => {
    const root = await directoryWith();
    const server = await started({ static: [{ prefix: '/', root }] });
    const { restart } = await server.reload({ listen: [{ port: 0, proxyProtocol: true }], static: [{ prefix: '/', root }] });
    expect(restart).toEqual(['listen[0]']);
    expect((await ask(server.url, get('/'))).status).toBe(404);
  });

  it('of a hundred reloads leave no descriptor behind', async () => {
    const root = await directoryWith({ 'a.txt': 'a file' });
    const server = await started({ static: [{ prefix: '/', root }] });
    const turn = async (i: number) => {
      await server.reload({ listen: [{ port: 0 }, { host: '127.0.0.2', port: 0 }].slice(0, 1 + (i % 2)), static: [{ prefix: '/', root, maxAge: i }] });
      expect((await ask(server.url, get('/a.txt'))).field('cache-control')).toBe(`public, max-age=${Math.floor(i / 1000)}`);
    };
    await turn(0);
    await turn(2);
    const before = await usage();
    for (let i = 1; i <= 100; i++) await turn(i * 1000);
    await turn(2);
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors);
  }, 60_000);
});

describe('SIGHUP', () => {
  it('reads the configuration file again, names what needs a restart, and refuses a broken one', async () => {
    const config = (rest: string) => `export default { listen: { host: '127.0.0.1', port: 0 }, static: [{ prefix: '/', root: '.' ${rest}`;
    const directory = await directoryWith({ 'a.txt': 'a file', 'fastserve.config.mjs': config('}] };') });
    const file = join(directory, 'fastserve.config.mjs');
    const running = new Running(['start', directory]);
    atEnd(() => void running.process.kill('SIGKILL'));
    const url = await running.url();
    expect((await ask(url, get('/a.txt'))).field('cache-control')).toBeUndefined();
    await writeFile(file, config(", maxAge: '1h' }], compress: false };"));
    running.process.kill('SIGHUP');
    await running.output(/warn the configuration changed compress, which cannot change while the server runs\. Restart it for that\./);
    expect((await ask(url, get('/a.txt'))).field('cache-control')).toBe('public, max-age=3600');
    await writeFile(file, config(", maxage: '1h' }] };"));
    running.process.kill('SIGHUP');
    await running.output(/error reload failed, everything from before goes on: .*static\[0\]\.maxage: unknown key in static\. Did you mean "maxAge"\?/);
    expect((await ask(url, get('/a.txt'))).field('cache-control')).toBe('public, max-age=3600');
  });
});
