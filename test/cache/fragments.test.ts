/** Fragments of templates ({% cache %}) in the store of a server: shared by its workers, purged with its answers. */
import { describe, expect, it } from 'vitest';
import { type FastServer } from '../../dist/index.js';
import { ask, get } from '../support/client.ts';
import { fixtureApp, started } from '../support/servers.ts';

const app = fixtureApp('fragments.mjs');
const textOf = async (server: FastServer, path: string): Promise<string> => (await ask(server.url, get(path))).text;

/** What both workers answer. */
async function textsOfAll(server: FastServer, path: string): Promise<Set<string>> {
  const texts = new Set<string>();
  for (const threads = new Set<string>(); threads.size < 2;) {
    const answer = await ask(server.url, get(path));
    threads.add(answer.field('x-thread') as string);
    texts.add(answer.text);
  }
  return texts;
}

describe('a fragment', () => {
  it('is made once for all workers', async () => {
    const server = await started({ app, workers: 2 });
    const texts = await textsOfAll(server, '/item/1');
    expect([...texts]).toEqual([expect.stringMatching(/^<b>1 [\da-f-]{36} é<\/b>$/)]);
    expect(await textOf(server, '/item/2')).toMatch(/^<b>2 /);
    expect(server.stats()).toMatchObject({ fragmentMisses: 2, fragmentHits: expect.any(Number) as number });
  });

  it('is kept by an application in the thread of the server, too', async () => {
    const server = await started({ app, workers: 0 });
    expect(await textOf(server, '/item/1')).toBe(await textOf(server, '/item/1'));
  });

  it('is made anew when its time is over', async () => {
    const server = await started({ app, workers: 1 });
    const first = await textOf(server, '/short');
    await expect.poll(() => textOf(server, '/short'), { timeout: 5000 }).not.toBe(first);
  });

  it('is purged by its tag, for every worker, before the call returns', async () => {
    const server = await started({ app, workers: 2 });
    const others = await textOf(server, '/item/2');
    for (let round = 0; round < 3; round++) {
      const [before] = await textsOfAll(server, '/item/1');
      expect(await textOf(server, '/purge/item-1')).toBe('1');
      expect((await textsOfAll(server, '/item/1')).has(before as string)).toBe(false);
    }
    expect(await textOf(server, '/item/2')).toBe(others);
    expect(server.cache.purge({ tag: 'all' })).toBe(2);
  });

  it('is purged by its name, alone or with all of that name', async () => {
    const server = await started({ app, workers: 1 });
    for (const path of ['/item/1', '/item/2', '/item/3']) await ask(server.url, get(path));
    expect(await textOf(server, '/drop/1')).toBe('1');
    expect(server.cache.purge({ fragment: 'item', vary: ['1'] })).toBe(0);
    expect(server.cache.purge({ fragment: 'other' })).toBe(0);
    expect(server.cache.purge({ fragment: 'item' })).toBe(2);
  });

  it('is not purged by URLs', async () => {
    const server = await started({ app, workers: 1 });
    await ask(server.url, get('/item/1'));
    expect(server.cache.purge({ prefix: '/' })).toBe(0);
    expect(() => server.cache.purge({ tag: 'all', vary: [1] })).toThrow('vary belongs to fragment, not to tag');
    expect(() => server.cache.purge({ fragment: 'item', vary: [{}] })).toThrow('fragments vary on texts and numbers, not on an object');
  });

  it('is not kept when its tag is purged while it is made', async () => {
    const server = await started({ app, workers: 1 });
    expect(await textOf(server, '/purged-meanwhile')).not.toBe(await textOf(server, '/purged-meanwhile'));
  });

  it('is made each time where the server keeps nothing', async () => {
    const server = await started({ app, workers: 1, cache: false });
    expect(await textOf(server, '/item/1')).not.toBe(await textOf(server, '/item/1'));
  });
});
