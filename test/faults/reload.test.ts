/** Reloads under load, good ones and broken ones: no request fails, and every answer is of exactly one configuration. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith, fixtureApp } from '../support/servers.ts';
import { heavy } from '../support/heavy.ts';
import { siteDirectory } from './command.ts';
import { Host } from './host.ts';
import { Load, type Visit } from './load.ts';

const PACKAGE = JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A page and a file that say of which configuration they are; the page also says whose request it answers. */
const page: Visit = { name: 'page', request: (token) => get(`/page/${token}/`), isRight: (answer, token) => /^(one|two) /.test(answer.text) && answer.text.endsWith(` ${token}`) };
const waiting: Visit = { name: 'waiting', request: (token) => get(`/waiting/${token}/`), isRight: page.isRight };
const named: Visit = { name: 'named', request: () => get('/files/name.txt'), isRight: (answer) => answer.text === answer.field('x-name') };
const KINDS = ['page', 'waiting', 'named'];
const VISITS = [page, named, waiting];

/** Two sites in a directory: their code, their files and what they say of them differ. */
async function sites(): Promise<{ directory: string; one: Config; two: Config }> {
  const directory = await directoryWith();
  const site = async (name: string, other: string): Promise<Config> => {
    const root = join(directory, `files-${name}`);
    await mkdir(root);
    await writeFile(join(root, 'name.txt'), name);
    const app = join(directory, `${name}.mjs`);
    await writeFile(app, `import { defineApp, path } from ${PACKAGE};
      const page = path('page/<str:token>/', (_request, { token }) => '${name} ' + token);
      const waiting = path('waiting/<str:token>/', async (_request, { token }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return '${name} ' + token;
      });
      export default defineApp({ urls: [${other}] });`);
    return { app, workers: 2, static: [{ prefix: '/files/', root, headers: { 'x-name': name } }] };
  };
  // The order of the routes differs, so that a number of one table is another view in the next.
  return { directory, one: await site('one', 'page, waiting'), two: await site('two', 'waiting, page') };
}

async function load(host: Host): Promise<Load> {
  const clients = new Load(host.url, { visits: VISITS });
  await clients.served(20, ...KINDS);
  return clients;
}

describe('reloads with alternating configurations', () => {
  it('fail no request, refuse no connection, and never leave fewer workers than one less', async () => {
    const { one, two } = await sites();
    const host = await Host.start(one);
    await host.reload(two);
    await host.reload(one);
    await host.workers(2);
    const before = await host.held();
    const clients = await load(host);
    const fewest = { workers: 2 };
    for (let i = 0; i < heavy(4, 100); i++) {
      let reloading = true;
      const reload = host.reload(i % 2 === 0 ? two : one).finally(() => (reloading = false));
      while (reloading) {
        const { workers } = await host.stats();
        fewest.workers = Math.min(fewest.workers, workers.filter(({ state }) => state === 'attached').length);
        await sleep(20);
      }
      await reload;
      expect((await ask(host.url, get('/page/now/'))).text).toBe(i % 2 === 0 ? 'two now' : 'one now');
    }
    expect(fewest.workers).toBeGreaterThanOrEqual(1);
    await clients.served(10, ...KINDS);
    await clients.end();
    await host.workers(2);
    await host.settled(before);
  }, heavy(60_000, 600_000));
});

describe('a configuration that cannot be used', () => {
  it('changes nothing, however it is broken', async () => {
    const { directory, one, two } = await sites();
    const holder = createServer().listen(0, '127.0.0.1');
    atEnd(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const app = (name: string) => ({ ...two, app: join(directory, name) });
    await writeFile(join(directory, 'throws.mjs'), 'throw new Error("no table")');
    await writeFile(join(directory, 'exits.mjs'), 'process.exit(1)');
    await writeFile(join(directory, 'broken.ts'), 'const a = {;');
    await writeFile(join(directory, 'not.pem'), 'no certificate');
    const pem = join(directory, 'not.pem');
    const broken: [string, Config][] = [
      ['FS_CONFIG', { ...two, nonsense: 1 } as Config],
      ['FS_CONFIG', { ...two, static: [{ prefix: '/files/', root: join(directory, 'none') }] }],
      ['FS_CONFIG', { ...two, listen: [{ port: 0 }, { port: 0, tls: { cert: pem, key: pem } }] }],
      ['FS_LISTEN', { ...two, listen: [{ port: 0 }, { host: '127.0.0.1', port }] }],
      ['FS_APP', app('throws.mjs')],
      ['FS_APP', app('exits.mjs')],
      ['FS_BUNDLE', app('broken.ts')],
      ['FS_CONFIG', app('none.mjs')],
    ];
    const host = await Host.start(one);
    const before = await host.held();
    const clients = await load(host);
    for (const [code, config] of broken) {
      expect(await host.reload(config).then(() => 'reloaded', (error: Error) => error.message), JSON.stringify(config)).toBe(code);
      expect((await ask(host.url, get('/page/now/'))).text).toBe('one now');
    }
    await clients.served(10, ...KINDS);
    await clients.end();
    await host.settled(before);
  });
});

describe('two processes on one socket that was passed to both', () => {
  it('follow each other without a refused connection or a lost request', async () => {
    const directory = await siteDirectory();
    const config = { listen: [{ fd: 3 }], app: fixtureApp('deadly.mjs'), workers: 1, static: [{ prefix: '/files/', root: './files' }], log: { access: 'off' }, control: false };
    await writeFile(join(directory, 'fastserve.config.json'), JSON.stringify(config));
    const { child, output, url } = await socketHolder(directory);
    const turn = async (expected: RegExp) => {
      child.stdin?.write('\n');
      await expect.poll(output, { timeout: 30_000 }).toMatch(expected);
    };
    await turn(/listening on/);
    const clients = new Load(url);
    await clients.served(20, 'view', 'file', 'content', 'large');
    await turn(/listening on[^]*listening on/);
    await turn(/first ended 0/);
    await clients.served(20, 'view', 'file', 'content', 'large');
    await clients.end();
    await turn(/second ended 0/);
  });
});

/** A shell that holds a listening socket as descriptor 3, and takes a step for each line: first server, second, end of each. */
async function socketHolder(directory: string): Promise<{ child: ChildProcess; output: () => string; url: string }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const handle = (holder as unknown as { _handle: { fd: number } })._handle;
  const { port } = holder.address() as { port: number };
  const script = `trap 'kill -9 $a $b' EXIT
    read _; "$@" & a=$!; read _; "$@" & b=$!
    read _; kill -TERM $a; wait $a; echo "first ended $?"; read _; kill -TERM $b; wait $b; echo "second ended $?"; trap - EXIT`;
  const child = spawn('/bin/sh', ['-c', script, 'holder', process.execPath, MAIN, 'start', directory], { stdio: ['pipe', 'pipe', 'inherit', handle.fd] });
  atEnd(() => void child.stdin?.end());
  // Else this process would take connections too.
  holder.close();
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return { child, output: () => text, url: `http://127.0.0.1:${port}` };
}
