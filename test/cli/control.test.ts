/** `fastserve status`, `ctl`, `reload` and `stop` against a server that runs. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { get } from '../support/client.ts';
import { atEnd, connected, directoryWith } from '../support/servers.ts';
import { Running, run } from './command.ts';

const PACKAGE = JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)));
const APP = `import { defineApp, path } from ${PACKAGE};
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default defineApp({ urls: [path('', () => 'page'), path('slow/<int:ms>/', async (request, { ms }) => { await wait(ms); return 'slow'; })] });`;

interface Site {
  directory: string;
  running: Running;
  url: string;
}

async function startIn(directory: string): Promise<Site> {
  await writeFile(join(directory, 'app.mjs'), APP);
  const running = new Running(['start', directory, '--host', '127.0.0.1', '--port', '0', '--workers', '1'], { env: { XDG_RUNTIME_DIR: directory } });
  return { directory, running, url: await running.url() };
}

async function site(files: Record<string, string> = {}): Promise<Site> {
  const started = await startIn(await directoryWith(files));
  atEnd(() => void started.running.process.kill('SIGKILL'));
  return started;
}

describe('a server that runs', () => {
  let at: Site;
  const ask = (...args: string[]) => run(args, { cwd: at.directory, env: { XDG_RUNTIME_DIR: at.directory } });
  beforeAll(async () => {
    at = await startIn(await mkdtemp(join(tmpdir(), 'fastserve-control-')));
  }, 30_000);
  afterAll(async () => {
    at.running.process.kill('SIGKILL');
    await at.running.exited;
    await rm(at.directory, { recursive: true });
  });

  it('shows its workers and what they do', async () => {
    const client = await connected(at.url);
    client.send(get('/slow/60000/?q=1'));
    await expect.poll(async () => (await ask('status')).stdout, { timeout: 20_000 }).toMatch(/^0 +default +1 +attached +1 +\d+ MiB +[\d.]+ m?s +\d+ +1 +GET \/slow\/60000\/\?q=1 \([\d.]+ m?s\)$/m);
    const status = JSON.parse((await ask('status', '--json')).stdout) as Record<string, unknown>;
    expect(status).toMatchObject({ pid: at.running.process.pid, ready: true, addresses: [at.url], application: { kind: 'pipeline', generation: 1 } });
    expect(status).toMatchObject({ inFlight: 1, workers: [{ worker: 0, requests: [{ method: 'GET', target: '/slow/60000/?q=1' }] }] });
  }, 60_000);

  it('ends a worker, whose request is answered with 502, and starts another', async () => {
    const client = await connected(at.url);
    client.send(get('/slow/60001/'));
    await expect.poll(async () => (await ask('ctl', 'list')).stdout, { timeout: 20_000 }).toMatch(/^worker +pool .*\n0 +default .*\n[^]*\nworker +age +request\n(?:0 .*\n)*0 +[\d.]+ m?s +GET \/slow\/60001\/$/m);
    expect((await ask('ctl', 'kill', '0')).stdout).toBe('worker 0 is ended; another one starts in its place\n');
    expect((await client.answer()).status).toBe(502);
    client.send(get('/'));
    expect((await client.answer()).text).toBe('page');
    const { code, stderr } = await ask('ctl', 'kill', 'all');
    expect([code, stderr]).toEqual([1, 'error: got "all", expected the number of a worker. `fastserve status` shows them.\n']);
  }, 60_000);

  it('shows its upstreams, or that there are none', async () => {
    expect((await ask('ctl', 'upstream')).stdout).toBe('no servers of upstreams\n');
    expect(JSON.parse((await ask('ctl', 'upstream', '--json')).stdout)).toEqual({ message: '', upstreams: [] });
  });

  it('loads new code, or says why not', async () => {
    expect((await ask('reload')).stdout).toMatch(/^reloaded in \d+ ms: generation 2\n$/);
    await writeFile(join(at.directory, 'app.mjs'), 'throw new Error("no database")');
    const { code, stderr } = await ask('reload');
    expect(code).toBe(1);
    expect(stderr).toContain('error: the application could not be loaded: no database');
    await writeFile(join(at.directory, 'app.mjs'), APP);
  }, 60_000);

  it('names the command that was meant', async () => {
    const { code, stderr } = await ask('ctl', 'relaod');
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: there is no command "relaod". Did you mean "reload"?']);
    expect((await ask('ctl', 'log-level', 'error')).stdout).toBe('the error log takes entries from "error" up\n');
  }, 30_000);

  it('keeps its socket from other users, and survives whatever comes through it', async () => {
    const folder = join(at.directory, 'fastserve');
    const path = join(folder, (await readdir(folder))[0] as string);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const client = connect(path);
    atEnd(() => void client.destroy());
    client.setEncoding('utf8');
    let text = '';
    client.on('data', (piece: string) => (text += piece));
    client.write('nonsense\n{"command":7}\n[]\n{"command":"status","arguments":[1]}\n{"command":"__proto__"}\n');
    await expect.poll(() => text.split('\n').length).toBe(6);
    expect(text.split('\n').slice(0, 5).every((line) => (JSON.parse(line) as { ok: boolean }).ok === false)).toBe(true);
    client.write('x'.repeat(100_000));
    await new Promise((resolve) => client.on('close', resolve));
    expect((await ask('status')).code).toBe(0);
  }, 30_000);

  it('stops when it is told to, and the command waits for that', async () => {
    expect((await ask('stop')).stdout).toBe('stopped\n');
    expect((await at.running.exited).code).toBe(0);
    const { code, stderr } = await ask('status');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: no server is running here: nobody listens at .*\.sock\. Start one with fastserve start/);
  }, 30_000);
});

describe('the process', () => {
  it('keeps its id in a file while it runs', async () => {
    const { directory, running } = await site({ 'fastserve.config.json': '{"pidFile": "site.pid", "control": false}' });
    expect(await readFile(join(directory, 'site.pid'), 'utf8')).toBe(`${running.process.pid}\n`);
    const second = await run(['start', directory, '--host', '127.0.0.1', '--port', '0', '--workers', '1']);
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/^error: pidFile: \S+site\.pid is that of a process that runs \(pid \d+\)\./)]);
    running.process.kill('SIGQUIT');
    expect((await running.exited).code).toBe(0);
    await expect(stat(join(directory, 'site.pid'))).rejects.toThrow('ENOENT');
  }, 60_000);

  it('says "not ready" and Connection: close before it stops accepting', async () => {
    const { running, url } = await site({ 'fastserve.config.json': '{"shutdown": {"lameDuck": "60s"}, "health": true}' });
    running.process.kill('SIGTERM');
    await running.output(/^stopping; new ones are taken for 60 s more/m);
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get('connection')]).toEqual([200, 'close']);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    running.process.kill('SIGTERM');
    expect((await running.exited).code).toBe(0);
  }, 60_000);

  it('loses no request at SIGTERM under load', async () => {
    const { running, url } = await site();
    let answered = 0;
    const load = Array.from({ length: 10 }, async () => {
      for (;;) {
        const client = await connected(url).catch(() => null);
        if (client === null) return;
        for (let closes = false; !closes; answered++) {
          client.send(get('/'));
          const answer = await client.answer();
          expect(answer.status).toBe(200);
          closes = answer.field('connection') === 'close';
        }
        client.destroy();
      }
    });
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(500);
    running.process.kill('SIGTERM');
    await Promise.all(load);
    expect((await running.exited).code).toBe(0);
  }, 60_000);
});
