/** The supervisor with a scripted front and scripted workers in real Piscina threads: no addon, no sockets. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIBRARY_DEFAULTS, resolveConfig } from '../../src/config/resolve.ts';
import type { Config } from '../../src/config/types.ts';
import type { RunningServer } from '../../src/supervisor/running-server.ts';
import { startServer } from '../../src/supervisor/start-server.ts';
import { type ScriptedFront, scriptedFront } from './scripted-front.ts';

let directory = '';
let front: ScriptedFront;
let server: RunningServer | undefined;
let stderr: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastserve-supervision-'));
  front = scriptedFront();
  stderr = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr.push(String(text));
    return true;
  });
});

afterEach(async () => {
  await server?.close({ grace: 0 });
  server = undefined;
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

/** Starts a server whose application is this source. `LIVES` is a file that every life may append to. */
async function start(source: string, config: Config = {}): Promise<RunningServer> {
  const prelude = `import { appendFileSync, readFileSync } from 'node:fs';\nconst LIVES = ${JSON.stringify(join(directory, 'lives'))};\nappendFileSync(LIVES, 'x');\nconst life = readFileSync(LIVES).length;\n`;
  await writeFile(join(directory, 'app.mjs'), prelude + source);
  const settings = await resolveConfig({ config: { app: './app.mjs', workers: 1, ...config }, directory, source: 'test', defaults: LIBRARY_DEFAULTS });
  server = await startServer(settings, front.runtime);
  return server;
}

async function lives(): Promise<number> {
  return (await readFile(join(directory, 'lives'))).length;
}

function logged(): string {
  return stderr.join('');
}

describe('a start', () => {
  it('goes from rings to listening to I/O threads to workers to routes', async () => {
    const { url, application } = await start('export default { kind: "pipeline", manifest: () => ({ routes: [], appendSlash: true, unmatched: "application" }) };');
    expect(front.calls).toEqual(['setRings', 'listen', 'setRoutes', 'start', 'setRoutes']);
    expect(front.manifests).toEqual([null, { routes: [], appendSlash: true, unmatched: 'application' }]);
    expect([url, application?.kind]).toEqual(['http://127.0.0.1:4711', 'pipeline']);
  });

  it('starts the I/O threads last where nothing is to be answered before everything is', async () => {
    await start('export default {};', { acceptWhileLoading: false });
    expect(front.calls).toEqual(['setRings', 'listen', 'setRoutes', 'start']);
  });

  it('gives each worker its column of the rings', async () => {
    const app = 'export default { run: (task) => { for (const ring of task.rings) ring[0] = task.slot + 1; } };';
    await start(app, { workers: 2, ioThreads: 2 });
    const unused = Array.from({ length: (front.options[0]?.slots ?? 0) - 2 }, () => 0);
    const ofOneThread = [1, 2, ...unused];
    await expect.poll(() => front.rings.map((ring) => ring[0])).toEqual([...ofOneThread, ...ofOneThread]);
  });

  it('without an application starts no worker and answers misses natively', async () => {
    const settings = await resolveConfig({ config: { static: [{ prefix: '/', root: '.' }] }, directory, source: 'test', defaults: LIBRARY_DEFAULTS });
    server = await startServer(settings, front.runtime);
    expect(front.calls).toEqual(['setRings', 'listen', 'setRoutes', 'start']);
    expect(front.manifests).toEqual([{ routes: [], appendSlash: false, unmatched: 'native' }]);
    expect(front.rings).toHaveLength(1);
  });

  it('runs an application object inline, on slot 0 of every I/O thread', async () => {
    const app = { kind: 'raw', handle: () => {}, manifest: null };
    const settings = await resolveConfig({ config: { app, ioThreads: 2 }, directory, source: 'test', defaults: LIBRARY_DEFAULTS });
    server = await startServer(settings, front.runtime);
    await server.close();
    expect(front.calls).toEqual(['setRings', 'listen', 'inline 2', 'setRoutes', 'start', 'stop 10000', 'inline stop']);
  });

  it('fails with the application\'s own error and stack, and leaves nothing behind', async () => {
    const failure = await start('throw new TypeError("no such table");').catch((error: Error & { code?: string }) => error);
    expect(failure).toMatchObject({ code: 'FS_APP', message: 'the application could not be loaded: no such table' });
    expect((failure as Error).stack).toMatch(/TypeError: no such table\n\s+at .*app\.mjs:5/);
    expect(front.calls).toEqual(['setRings', 'listen', 'setRoutes', 'start', 'stop 0']);
  });

  it('fails when the application is not ready in time', async () => {
    await expect(start('await new Promise(() => setInterval(() => {}, 1000));', { timeouts: { start: 300 } })).rejects.toThrow(
      'the application was not ready within 300 ms (timeouts.start). Make it load faster, or raise the limit.',
    );
  });

  it('fails when the application ends the thread while it loads', async () => {
    await expect(start('process.exit(3);')).rejects.toThrow('the application ended its thread while it was loaded (worker exited with code: 3). Remove the process.exit() from it.');
  });

  it('fails when a callback of the application throws while it loads', async () => {
    await expect(start('setTimeout(() => { throw new Error("early"); }, 5); await new Promise(() => {});')).rejects.toMatchObject({ code: 'FS_APP', message: 'the application could not be loaded: early' });
  });

  it('fails before any worker starts when the address cannot be had', async () => {
    front.listenError = Object.assign(new Error('bind failed'), { code: 'EADDRNOTAVAIL', address: '192.0.2.1', port: 80 });
    await expect(start('export default {};')).rejects.toMatchObject({ code: 'FS_LISTEN', message: 'this machine has no address 192.0.2.1. Use one of its own, or "0.0.0.0" for every interface.' });
    await expect(lives()).rejects.toThrow('ENOENT');
  });

  it('warns when workers do not have the same routes', async () => {
    await start('export default { manifest: (task) => ({ routes: [], appendSlash: task.slot === 1, unmatched: "native" }) };', { workers: 2 });
    expect(logged()).toContain('has other routes than worker');
  });
});

describe('a worker that dies', () => {
  it.each([
    ['throws outside a request', 'throw new RangeError("stray")', 'RangeError: stray'],
    ['ends its thread', 'process.exit(3)', 'worker exited with code: 3'],
    ['rejects without a handler', 'Promise.reject(new Error("nobody listens"))', 'nobody listens'],
  ])('because it %s is replaced', async (_name, fault, message) => {
    await start(`export default { run: () => { if (life === 1) setTimeout(() => { ${fault}; }, 20); } };`);
    await expect.poll(lives, { timeout: 5000 }).toBe(2);
    expect(logged()).toContain('error worker 0 died, starting another: ');
    expect(logged()).toContain(message);
  });

  it('again and again is replaced with growing pauses', async () => {
    await start('export default { run: () => { if (life < 4) setTimeout(() => process.exit(1), 5); } };');
    await expect.poll(lives, { timeout: 8000 }).toBe(4);
    expect(logged()).toMatch(/died, starting another:[^]*died, starting another in 100 ms:[^]*died, starting another in 200 ms:/);
  });

  it('and then cannot load gets a fresh thread for each attempt', async () => {
    await start('if (life === 2 || life === 3) throw new Error("database is away");\nexport default { run: () => { if (life === 1) setTimeout(() => process.exit(1), 5); } };');
    await expect.poll(lives, { timeout: 8000 }).toBe(4);
    expect(logged()).toContain('starting another in 100 ms: the application could not be loaded: database is away\n    Error: database is away');
    expect(logged()).toContain('worker 0 could not start, starting another in 200 ms: the application could not be loaded: database is away');
  });

  it('does not disturb the others', async () => {
    await start('export default { run: (task) => { if (task.slot === 0 && life <= 2) setTimeout(() => process.exit(1), 30); } };', { workers: 2 });
    await expect.poll(lives, { timeout: 5000 }).toBe(3);
    expect(logged()).not.toContain('worker 1');
  });
});

describe('errors that workers report', () => {
  it('go to standard error with request and stack, and cannot forge entries', async () => {
    const report = '{ type: "error", method: "GET", target: "/a\\r\\n2026 error forged", message: "boom", stack: "Error: boom\\n    at view (app/views.ts:3:9)" }';
    await start(`export default { run: (task) => task.port.postMessage(${report}) };`);
    await expect.poll(logged).toContain('boom');
    expect(logged()).toMatch(/^\S+ error worker 0: GET \/a\\u000d\n {4}2026 error forged: Error: boom\n {4}at view \(app\/views\.ts:3:9\)\n$/);
  });
});

describe('a reload', () => {
  it('publishes the new routes when the new workers are ready, then drains the old ones', async () => {
    const running = await start('export default {};', { workers: 2 });
    front.calls.length = 0;
    expect(await running.reload()).toMatchObject({ generation: 2, workers: 2 });
    expect(front.calls).toEqual(['setRoutes', 'drainSlot 0', 'drainSlot 1']);
    expect(front.published).toEqual([[0, 2], [1, 2], [2, 2]]);
  });

  it('that fails starts one worker and asks nothing of the front', async () => {
    const running = await start('if (life > 3) throw new Error("broken");\nexport default {};', { workers: 3 });
    front.calls.length = 0;
    await expect(running.reload()).rejects.toThrow('the application could not be loaded: broken');
    expect(front.calls).toEqual([]);
    expect(await lives()).toBe(4);
  });

  it('whose routes the front refuses leaves the old generation', async () => {
    const path = JSON.stringify(join(directory, 'stopped'));
    const running = await start(`export default { stop: () => appendFileSync(${path}, String(life)) };`);
    front.routesError = new TypeError("'a/<': bad");
    await expect(running.reload()).rejects.toMatchObject({ code: 'FS_APP', message: "the URLconf cannot be served: 'a/<': bad" });
    delete front.routesError;
    expect(running.application?.generation).toBe(1);
    expect(await readFile(join(directory, 'stopped'), 'utf8')).toBe('2');
    expect(await running.reload()).toMatchObject({ generation: 2 });
  });

  it('runs the stop hooks of the old generation', async () => {
    const path = JSON.stringify(join(directory, 'stopped'));
    const running = await start(`export default { stop: () => appendFileSync(${path}, 'x') };`, { workers: 2 });
    await running.reload();
    await expect.poll(() => readFile(join(directory, 'stopped'), 'utf8').catch(() => '')).toBe('xx');
  });

  it('gives slots back, so that there may be any number of them', async () => {
    const running = await start('export default {};');
    for (let i = 0; i < 8; i++) await running.reload();
    expect(running.application?.generation).toBe(9);
    expect(logged()).not.toContain('cut short');
  });

  it('does not wait for a worker of the old generation that is stuck', async () => {
    const running = await start('export default { run: () => { if (life === 1) for (;;); } };', { timeouts: { drain: 100 } });
    await running.reload();
    await expect.poll(logged, { timeout: 5000 }).toContain('worker 0 did not stop within 1100 ms and was ended');
  });
});

describe('a stop', () => {
  it('drains the front first, then lets workers run their stop hooks', async () => {
    const path = JSON.stringify(join(directory, 'stopped'));
    const running = await start(`export default { stop: () => appendFileSync(${path}, 'x') };`, { workers: 2 });
    await running.close({ grace: '2s' });
    expect(front.calls.at(-1)).toBe('stop 2000');
    expect(await readFile(join(directory, 'stopped'), 'utf8')).toBe('xx');
  });

  it('ends a worker that is stuck', async () => {
    const running = await start('export default { run: () => { for (;;); } };');
    await running.close({ grace: 0 });
    expect(logged()).toContain('worker 0 did not stop within 1000 ms and was ended');
  });

  it('ends a generation that gets ready, and one that drains', async () => {
    const running = await start('if (life === 3) await new Promise(() => setInterval(() => {}, 1000));\nexport default { run: () => { if (life === 1) for (;;); } };');
    await running.reload();
    const second = running.reload().then(() => 'reloaded', (error: { code: string }) => error.code);
    await expect.poll(lives).toBe(3);
    await running.close({ grace: 0 });
    expect(await second).toBe('FS_RELOAD');
  });

  it('does not wait for the pause of a worker that died', async () => {
    const running = await start('export default { run: () => setTimeout(() => process.exit(1), 5) };');
    await expect.poll(logged, { timeout: 8000 }).toContain('starting another in 800 ms');
    const began = performance.now();
    await running.close({ grace: 0 });
    expect(performance.now() - began).toBeLessThan(700);
  });

  it('is one stop however often it is asked for', async () => {
    const running = await start('export default {};');
    await Promise.all([running.close(), running.close({ grace: 5 }), running[Symbol.asyncDispose]()]);
    expect(front.calls.filter((call) => call.startsWith('stop'))).toEqual(['stop 10000']);
  });

  it('refuses a grace time without sense, and can then be asked again', async () => {
    const running = await start('export default {};');
    await expect(running.close({ grace: 'soon' })).rejects.toThrow('close(): grace: got "soon", expected a time.');
    await running.close();
  });

  it.each([true, false])('ends the thread that is kept ready in development, when it fits the next code: %s', async (fits) => {
    const preloading = { modules: () => [pathToFileURL(join(directory, 'app.mjs')).href], fits: () => fits };
    const settings = await resolveConfig({ config: { app: './app.mjs', workers: 1 }, directory, source: 'test', defaults: LIBRARY_DEFAULTS });
    await writeFile(join(directory, 'app.mjs'), 'export default {};');
    const threads = async () => (await readdir('/proc/self/task')).length;
    const cycle = async () => {
      const running = await startServer({ ...settings, debug: true }, { ...front.runtime, preloading });
      await running.reload();
      await running.close();
    };
    await cycle();
    const before = await threads();
    for (let i = 0; i < 5; i++) await cycle();
    await expect.poll(threads).toBeLessThanOrEqual(before);
  });

  it('leaves no thread or handle, however often it is done', async () => {
    const count = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort' || kind === 'Worker' || kind === 'Timeout').length;
    await (await start('export default {};')).close();
    const before = count();
    for (let i = 0; i < 10; i++) await (await start('export default {};', { workers: 2 })).close();
    await expect.poll(count).toBeLessThanOrEqual(before);
  });
});
