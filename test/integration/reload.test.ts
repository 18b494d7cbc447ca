/** server.reload(): new code takes over from old, and nobody who is connected notices anything but new answers. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Config, type FastServer, serve } from '../../dist/index.js';
import { Running, run } from '../cli/command.ts';
import { ask, get, post } from '../support/client.ts';
import { atEnd, connected, directoryWith, inline, started, takeErrors, usage } from '../support/servers.ts';

const PACKAGE = JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)));

/** The source of a site whose front page is `name`, with further entries of its URLconf. */
function site(name: string, ...entries: string[]): string {
  return `import { existsSync } from 'node:fs';
    import { defineApp, path, Response } from ${PACKAGE};
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    async function* ticks(count, ms) { for (let i = 0; i < count; i++) { yield '${name}' + i + ' '; await wait(ms); } }
    export default defineApp({ urls: [${["path('', () => '" + name + "')", ...entries].join(', ')}] });`;
}

interface Reloadable {
  server: FastServer;
  /** Replaces the source of the application. */
  write(source: string): Promise<void>;
}

async function serving(source: string, config: Config = {}): Promise<Reloadable> {
  const directory = await directoryWith({ 'app.mjs': source });
  const app = join(directory, 'app.mjs');
  return { server: await started({ app, workers: 1, ...config }), write: (text) => writeFile(app, text) };
}

describe('a reload', () => {
  it('brings new code to connections that are open, and says what it brought', async () => {
    const { server, write } = await serving(site('old'), { workers: 2 });
    const client = await connected(server);
    client.send(get('/'));
    expect((await client.answer()).text).toBe('old');
    await write(site('new'));
    const reload = await server.reload();
    expect(reload).toEqual({ generation: 2, workers: 2, ms: expect.any(Number) as number, restart: [] });
    client.send(get('/'));
    expect((await client.answer()).text).toBe('new');
    expect(server.stats().connectionsAccepted).toBe(1);
  });

  it('adds and removes routes', async () => {
    const { server, write } = await serving(site('old', "path('gone/', () => 'was here')"));
    await write(site('new', "path('fresh/<int:n>/', (request, { n }) => 'fresh ' + n)"));
    await server.reload();
    expect((await ask(server.url, get('/gone/'))).status).toBe(404);
    expect((await ask(server.url, get('/fresh/7/'))).text).toBe('fresh 7');
  });

  it('lets the old code answer what it has begun', async () => {
    const { server, write } = await serving(site('old', "path('slow/', async () => { await wait(400); return 'slow old'; })"));
    const client = await connected(server);
    client.send(get('/slow/'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    await write(site('new'));
    await server.reload();
    expect((await ask(server.url, get('/'))).text).toBe('new');
    expect((await client.answer()).text).toBe('slow old');
  });

  it('gives requests that wait for a worker to the new code, which finds their views itself', async () => {
    const mark = join(await directoryWith(), 'mark');
    const block = `path('block/', async () => { while (!existsSync(${JSON.stringify(mark)})) await wait(10); return 'blocked'; })`;
    const { server, write } = await serving(site('old', block, "path('a/', () => 'old a')"), { limits: { inFlight: 1 } });
    const [holder, waiter] = [await connected(server), await connected(server)];
    holder.send(get('/block/'));
    await expect.poll(() => server.stats().inFlight).toBe(1);
    waiter.send(get('/b/') + post('/a/', 'content'));
    await write(site('new', "path('b/', () => 'new b')", "path('a/', async (request) => 'new a ' + (await request.text()))"));
    // "/b/" is nobody's in the old table; "/a/" has another number in the new one.
    expect((await waiter.answer()).status).toBe(404);
    await expect.poll(() => server.stats().queued).toBe(1);
    await server.reload();
    expect((await waiter.answer()).text).toBe('new a content');
    await writeFile(mark, '');
    expect((await holder.answer()).text).toBe('blocked');
  });
});

describe('reloads under load', () => {
  it('twenty times lose no request and close no connection', async () => {
    const slow = "path('slow/<int:n>/', async (request, { n }) => { await wait(3); return 'slow ' + n; })";
    const { server, write } = await serving(site('v1', slow), { workers: 2 });
    let done = false;
    let answered = 0;
    const load = Array.from({ length: 8 }, async (_, index) => {
      const client = await connected(server);
      for (let n = 0; !done; n++) {
        client.send(get('/') + get(`/slow/${n}/`) + post('/', 'x'.repeat(index * 100)));
        const [page, view, posted] = [await client.answer(), await client.answer(), await client.answer()];
        expect([page.status, view.status, view.text, posted.status]).toEqual([200, 200, `slow ${n}`, 200]);
        answered += 3;
      }
    });
    for (let version = 2; version <= 21; version++) {
      // The order of the routes changes, so that a number of one table is another view in the next.
      await write(version % 2 === 0 ? site(`v${version}`, "path('other/', () => 'wrong')", slow) : site(`v${version}`, slow));
      const before = answered;
      await server.reload();
      await expect.poll(() => answered).toBeGreaterThan(before + 20);
    }
    done = true;
    await Promise.all(load);
    expect(server.stats()).toMatchObject({ connectionsAccepted: 8, rejectedQueueFull: 0, timedOut: 0 });
    expect((await ask(server.url, get('/'))).text).toBe('v21');
  }, 60_000);

  it('twenty times leave no descriptor, thread or slot behind', async () => {
    const { server } = await serving(site('same'), { workers: 2 });
    const settle = () => expect.poll(() => server.stats().workers.filter(({ state }) => state !== 'free').length).toBe(2);
    await server.reload();
    await settle();
    const before = await usage();
    for (let i = 0; i < 20; i++) await server.reload();
    await settle();
    await expect.poll(async () => (await usage()).threads, { timeout: 10_000 }).toBeLessThanOrEqual(before.threads);
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors);
  }, 60_000);
});

describe('a stream that is under way at a reload', () => {
  const events = "path('events/', () => new Response(ticks(12, 100), { headers: { 'content-type': 'text/event-stream' } }))";

  it('goes on to its end from the old code', async () => {
    const { server, write } = await serving(site('old', events));
    const client = await connected(server);
    client.send(get('/events/'));
    await client.head();
    await client.piece();
    await write(site('new', events));
    await server.reload();
    expect((await ask(server.url, get('/'))).text).toBe('new');
    let text = '';
    while (!text.includes('\r\n0\r\n\r\n')) text += (await client.piece()).toString();
    expect(text).toContain('old11 ');
    await expect.poll(() => server.stats().workers.filter(({ state }) => state === 'attached').map(({ generation }) => generation)).toEqual([2]);
    client.send(get('/'));
    expect((await client.answer()).text).toBe('new');
  });

  it('is cut when timeouts.drain is over', async () => {
    const endless = "path('events/', () => new Response(ticks(1e9, 50)))";
    const { server, write } = await serving(site('old', endless), { timeouts: { drain: 300 } });
    const client = await connected(server);
    client.send(get('/events/'));
    await client.head();
    await write(site('new'));
    await server.reload();
    await client.drained();
    expect(client.unread.toString()).not.toContain('\r\n0\r\n\r\n');
    await expect.poll(() => server.stats().workers.filter(({ state }) => state === 'attached').length).toBe(1);
  });

  it('is cut when so many generations stream that a new one finds no slot', async () => {
    const errors = takeErrors();
    const endless = "path('events/', () => new Response(ticks(1e9, 50)))";
    const { server } = await serving(site('old', endless));
    const slots = server.stats().workers.length;
    const clients = [];
    for (let i = 0; i < slots; i++) {
      const client = await connected(server);
      client.send(get('/events/'));
      await client.head();
      clients.push(client);
      await server.reload();
    }
    await clients[0]?.drained();
    expect(errors()).toContain('generation 1 is cut short: its slots are needed');
    await clients[1]?.piece();
    expect((await ask(server.url, get('/'))).text).toBe('old');
  }, 30_000);
});

describe('new code that cannot be used', () => {
  it.each([
    ['throws at import', 'const a = 1;\nthrow new TypeError("no such table");', { code: 'FS_APP', message: 'the application could not be loaded: no such table' }, /app\.mjs:2/],
    ['exports nothing', 'export {};', { code: 'FS_APP' }, /no default export/],
    ['ends its thread', 'process.exit(3);', { code: 'FS_APP' }, /ended its thread while it was loaded/],
    ['is never ready', 'await new Promise(() => setInterval(() => {}, 1000));', { code: 'FS_APP' }, /not ready within 4000 ms/],
    ['has a broken URLconf', site('x', "path('a/<int:', () => '')"), { code: 'FS_APP' }, /a\/<int:/],
    ['has a start hook that fails', `import { defineApp } from ${PACKAGE}; export default defineApp({ urls: [], onStart: () => { throw new Error('no database'); } });`, { code: 'FS_APP' }, /no database/],
  ])('because it %s leaves the old code serving and says why', async (what, source, expected, place) => {
    takeErrors();
    const { server, write } = await serving(site('old'), { timeouts: { start: what === 'is never ready' ? 4000 : 30_000 } });
    const before = await usage();
    await write(source);
    const error = await server.reload().then(() => undefined, (reason: Error) => reason);
    expect(error).toMatchObject(expected);
    expect(`${error?.message}\n${error?.stack}`).toMatch(place);
    expect((await ask(server.url, get('/'))).text).toBe('old');
    await expect.poll(async () => (await usage()).threads, { timeout: 10_000 }).toBeLessThanOrEqual(before.threads);
    await write(site('cured'));
    expect((await server.reload()).generation).toBe(2);
    expect((await ask(server.url, get('/'))).text).toBe('cured');
  });

  it('because its TypeScript does not compile names file and line', async () => {
    const directory = await directoryWith({ 'app.ts': "import { gateway } from 'fastserve';\nexport default gateway((request, respond) => respond(200, [], 'old'));" });
    const app = join(directory, 'app.ts');
    const server = await started({ app, workers: 1 });
    await writeFile(app, "const a: number = 1;\nexport default {{;\n");
    await expect(server.reload()).rejects.toMatchObject({ code: 'FS_BUNDLE', message: expect.stringContaining('app.ts:2:') as string });
    expect((await ask(server.url, get('/'))).text).toBe('old');
  });
});

describe('reloads that cannot be', () => {
  it('of an inline application are refused', async () => {
    const server = await inline((_request, respond) => respond(200, [], 'inline'));
    await expect(server.reload()).rejects.toMatchObject({ code: 'FS_RELOAD', message: expect.stringContaining('Give it at least 1 worker') as string });
    expect((await ask(server.url, get('/'))).text).toBe('inline');
  });

  it('of a server without an application are refused', async () => {
    const server = await started({ static: [{ prefix: '/', root: await directoryWith() }] });
    await expect(server.reload()).rejects.toMatchObject({ code: 'FS_RELOAD' });
  });

  it('while the server closes end with it, and leave nothing', async () => {
    const directory = await directoryWith({ 'app.mjs': site('old') });
    const cycle = async () => {
      const server = await serve({ app: join(directory, 'app.mjs'), workers: 1 });
      const reload = server.reload().then(() => 'reloaded', (error: { code: string }) => error.code);
      await server.close();
      expect(['reloaded', 'FS_RELOAD']).toContain(await reload);
      await expect(server.reload()).rejects.toMatchObject({ code: 'FS_RELOAD' });
    };
    await cycle();
    const before = await usage();
    for (let i = 0; i < 3; i++) await cycle();
    await expect.poll(async () => (await usage()).threads, { timeout: 10_000 }).toBeLessThanOrEqual(before.threads);
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors);
  });
});

describe('reloads at the same time', () => {
  it('become the one that runs and one more', async () => {
    const { server } = await serving(site('same'));
    const reloads = await Promise.all([server.reload(), server.reload(), server.reload(), server.reload()]);
    expect(reloads.map(({ generation }) => generation)).toEqual([2, 3, 3, 3]);
  });

  it('let the one that follows succeed when the first fails', async () => {
    takeErrors();
    const { server, write } = await serving(site('old'));
    await write('throw new Error("half written");');
    const first = server.reload().then(() => 'reloaded', () => 'failed');
    await write(site('new'));
    const second = server.reload();
    expect(['failed', 'reloaded']).toContain(await first);
    await second;
    expect((await ask(server.url, get('/'))).text).toBe('new');
  });
});


describe('SIGHUP', () => {
  /** The command that serves this directory. */
  function command(directory: string): Running {
    const running = new Running(['start', directory, '--port', '0', '--host', '127.0.0.1', '--workers', '1', '--log', 'off']);
    atEnd(async () => {
      running.process.kill('SIGKILL');
      await running.exited;
    });
    return running;
  }

  it('brings new code, with one line that says so', async () => {
    const directory = await directoryWith({ 'app.mjs': site('old') });
    const running = command(directory);
    const url = await running.url();
    await writeFile(join(directory, 'app.mjs'), site('new'));
    running.process.kill('SIGHUP');
    await running.output(/ info reloaded in \d+ ms: generation 2, 1 worker$/m);
    expect((await ask(url, get('/'))).text).toBe('new');
  });

  it('with code that does not load says why and where, and the process goes on', async () => {
    const directory = await directoryWith({ 'app.mjs': site('old') });
    const running = command(directory);
    const url = await running.url();
    await writeFile(join(directory, 'app.mjs'), '\nthrow new RangeError("no table");');
    running.process.kill('SIGHUP');
    await running.output(/ error reload failed, everything from before goes on: the application could not be loaded: no table\n +RangeError: no table\n +at .*app\.mjs:2:7/);
    expect((await ask(url, get('/'))).text).toBe('old');
  });

  it('takes the names of a new build', async () => {
    const directory = await directoryWith({
      'fastserve.config.json': JSON.stringify({ static: [{ prefix: '/static/', root: 'assets', manifest: true }], app: './app.mjs' }),
      'app.mjs': `import { defineApp, path, staticUrl } from ${PACKAGE}; export default defineApp({ urls: [path('', () => staticUrl('site.css'))] });`,
    });
    await mkdir(join(directory, 'assets'));
    const style = join(directory, 'assets/site.css');
    await writeFile(style, 'a { color: red }');
    await run(['build', directory]);
    const running = command(directory);
    const url = await running.url();
    const before = (await ask(url, get('/'))).text;
    await writeFile(style, 'a { color: blue }');
    await run(['build', directory]);
    running.process.kill('SIGHUP');
    await running.output(/ info reloaded in /);
    const after = (await ask(url, get('/'))).text;
    expect(after).not.toBe(before);
    expect((await ask(url, get(after))).text).toContain('blue');
  });
});
