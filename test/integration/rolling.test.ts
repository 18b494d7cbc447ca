/** Reloads worker by worker. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config, FastServer } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { directoryWith, started, takeErrors } from '../support/servers.ts';

const app = (version: string, path = '') => `import { defineApp, path, text } from 'fastserve';
export default defineApp({ urls: [path('${path}', () => text('${version}'))] });
`;

interface Site {
  server: FastServer;
  write(text: string): Promise<void>;
  ask(path?: string): Promise<string>;
}

async function site(config: Config = {}): Promise<Site> {
  const directory = await directoryWith({ 'app.ts': app('first') });
  const server = await started({ app: join(directory, 'app.ts'), workers: 3, reload: 'rolling', ...config });
  return {
    server,
    write: (text) => writeFile(join(directory, 'app.ts'), text),
    ask: async (path = '/') => (await ask(server.url, get(path))).text,
  };
}

const serving = (server: FastServer) => server.stats().workers.filter(({ state }) => state === 'attached').map(({ generation }) => generation);

/** Those of this process, without the small ones that watch the turns of a worker that loads. */
async function threads(): Promise<number> {
  const names = await Promise.all((await readdir('/proc/self/task')).map((task) => readFile(`/proc/self/task/${task}/comm`, 'latin1').catch(() => '')));
  return names.filter((name) => name !== '' && name !== 'fs-turns\n').length;
}

describe('a rolling reload', () => {
  it('has the old and the new code serve side by side, and then the new one alone', async () => {
    const { server, write, ask: answer } = await site();
    const seen = new Set<string>();
    await write(app('second'));
    let running = true;
    const reload = server.reload().finally(() => (running = false));
    while (running) seen.add(await answer());
    expect(await reload).toMatchObject({ generation: 2, workers: 3 });
    expect([...seen].every((text) => text === 'first' || text === 'second')).toBe(true);
    for (let i = 0; i < 9; i++) expect(await answer()).toBe('second');
    expect(serving(server)).toEqual([2, 2, 2]);
  });

  it('never has more than one worker beyond those that it keeps', async () => {
    const { server, write } = await site();
    const before = await threads();
    await write(app('second'));
    let most = 0;
    let running = true;
    const reload = server.reload().finally(() => (running = false));
    while (running) {
      most = Math.max(most, await threads());
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reload;
    // Two threads begin and end beside each other for moments.
    expect(most).toBeLessThanOrEqual(before + 2);
  });

  it('that fails leaves all old workers serving, and says why', async () => {
    const { server, write, ask: answer } = await site();
    await write("throw new Error('no such table');\n");
    await expect(server.reload()).rejects.toThrow(/no such table/);
    expect([await answer(), serving(server)]).toEqual(['first', [1, 1, 1]]);
  });

  it('sends nothing to old code once routes have changed', async () => {
    const { server, write, ask: answer } = await site();
    await write(app('second', 'moved/'));
    const reload = server.reload();
    await expect.poll(() => answer('/moved/'), { interval: 1, timeout: 10_000 }).toBe('second');
    for (let i = 0; i < 9; i++) expect(await answer('/moved/')).toBe('second');
    await reload;
    expect(serving(server)).toEqual([2, 2, 2]);
  });

  it('goes on when a later worker cannot start at first', async () => {
    const errors = takeErrors();
    const { server, write } = await site();
    await write(`import { threadId } from 'node:worker_threads';
      import { mkdirSync } from 'node:fs';
      import { defineApp, path, text } from 'fastserve';
      const attempt = (name: string): boolean => { try { mkdirSync(new URL(name, import.meta.url)); return true; } catch { return false; } };
      if (!attempt('./one') && attempt('./two')) throw new Error('not yet ' + threadId);
      export default defineApp({ urls: [path('', () => text('second'))] });`);
    expect(await server.reload()).toMatchObject({ generation: 2 });
    await expect.poll(() => serving(server), { timeout: 10_000 }).toEqual([2, 2, 2]);
    expect(errors()).toMatch(/worker \d+ could not start, starting another: .*not yet/);
  });
});
