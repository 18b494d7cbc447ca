/** What clients see of a server whose application is still loaded. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, type FastServer, serve } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { atEnd, directoryWith } from '../support/servers.ts';

/** Is loaded once there is a file "go", and not when that says "fail". */
const APP = `import { existsSync, readFileSync } from 'node:fs';
import { gateway } from 'fastserve';
const go = new URL('./go', import.meta.url);
while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 5));
if (readFileSync(go, 'utf8') === 'fail') throw new Error('no such table');
export default gateway((request, respond) => respond(200, [], 'view ' + request.target));
`;

interface Loading {
  url: string;
  server: Promise<FastServer>;
  /** Lets the application load, or fail. */
  go(how?: 'fail'): Promise<void>;
}

/** A server that is about to start: its address answers as soon as it does. */
async function loading(config: Config = {}): Promise<Loading> {
  const directory = await directoryWith({ 'app.mts': APP });
  await mkdir(join(directory, 'public'));
  await writeFile(join(directory, 'public', 'file.txt'), 'a file');
  const unix = join(directory, 'socket');
  const go = (how?: 'fail') => writeFile(join(directory, 'go'), how ?? 'load');
  const server = serve({
    listen: [{ unix }],
    app: join(directory, 'app.mts'),
    workers: 1,
    static: [{ prefix: '/', root: join(directory, 'public'), fallthrough: true }],
    health: true,
    ...config,
  });
  atEnd(async () => {
    await go();
    await server.then((running) => running.close({ grace: 0 }), () => {});
  });
  return { url: `unix:${unix}`, server, go };
}

/** The answer once somebody listens. */
async function first(url: string, path: string) {
  for (;;) {
    try {
      return await ask(url, get(path));
    } catch (error) {
      if (!['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe('while the application is loaded', () => {
  it('files are answered, it is not ready, and requests for views wait for their answer', async () => {
    const { url, server, go } = await loading();
    expect((await first(url, '/file.txt')).text).toBe('a file');
    expect([(await ask(url, get('/readyz'))).status, (await ask(url, get('/livez'))).status]).toEqual([503, 200]);
    const view = ask(url, get('/view?a=1'));
    await go();
    expect((await view).text).toBe('view /view?a=1');
    await server;
    expect((await ask(url, get('/readyz'))).status).toBe(200);
  });

  it('a request waits no longer than for a worker at any other time', async () => {
    const { url } = await loading({ timeouts: { queue: 200 } });
    const answer = await first(url, '/view');
    expect([answer.status, answer.field('retry-after')]).toEqual([503, '1']);
  });

  it('a failure ends the start with its reason, although files were answered', async () => {
    const { url, server, go } = await loading();
    expect((await first(url, '/file.txt')).status).toBe(200);
    await go('fail');
    await expect(server).rejects.toThrow(/no such table/);
    await expect(ask(url, get('/file.txt'))).rejects.toThrow(/ECONNREFUSED|ENOENT/);
  });

  it('nothing is answered where the configuration wants it so', async () => {
    const { url, server, go } = await loading({ acceptWhileLoading: false });
    let isReady = false;
    const answer = first(url, '/file.txt').then(() => isReady);
    await go();
    await server.then(() => (isReady = true));
    await answer;
    expect(isReady).toBe(true);
  });
});
