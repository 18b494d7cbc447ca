import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TreeWatcher } from '../../src/dev/tree-watcher.ts';
import { directoryWith, usage } from '../support/servers.ts';

let watcher: TreeWatcher | undefined;
afterEach(() => watcher?.close());

/** Watches a directory; the function gives what has changed since the last call, names relative to it. */
async function watching(files: Record<string, string> = {}): Promise<{ root: string; changed: Set<string> }> {
  const root = await directoryWith(files);
  const changed = new Set<string>();
  watcher = new TreeWatcher(root, (paths) => {
    for (const path of paths) changed.add(path.slice(root.length + 1));
  });
  return { root, changed };
}

describe('a watched directory', () => {
  it('tells of files that are written, replaced and removed', async () => {
    const { root, changed } = await watching({ 'a.ts': '', 'b.ts': '', 'c.ts': '' });
    await writeFile(join(root, 'a.ts'), 'new');
    await rename(join(root, 'b.ts'), join(root, 'd.ts'));
    await rm(join(root, 'c.ts'));
    await expect.poll(() => [...changed].sort()).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts']);
  });

  it('tells of files in directories that are made later, also when they come with files', async () => {
    const { root, changed } = await watching();
    await mkdir(join(root, 'made'));
    await writeFile(join(root, 'made/one.ts'), '');
    await expect.poll(() => changed.has('made/one.ts')).toBe(true);
    await writeFile(join(root, 'made/two.ts'), '');
    await expect.poll(() => changed.has('made/two.ts')).toBe(true);
  });

  it('goes on when a directory is removed and made again', async () => {
    const { root, changed } = await watching();
    await mkdir(join(root, 'views'));
    await expect.poll(() => changed.has('views')).toBe(true);
    await rm(join(root, 'views'), { recursive: true });
    await mkdir(join(root, 'views'));
    await expect.poll(async () => {
      await writeFile(join(root, 'views/a.ts'), String(Math.random()));
      return changed.has('views/a.ts');
    }).toBe(true);
  });

  it('does not hear of packages, hidden files and backups', async () => {
    const { root, changed } = await watching();
    await mkdir(join(root, 'node_modules'));
    await mkdir(join(root, '.git'));
    for (const name of ['node_modules/a.ts', '.git/a.ts', '.a.ts.swp', 'a.ts~']) await writeFile(join(root, name), '');
    await writeFile(join(root, 'last.ts'), '');
    await expect.poll(() => changed.has('last.ts')).toBe(true);
    expect([...changed]).toEqual(['last.ts']);
  });

  it('hears of included files elsewhere', async () => {
    const elsewhere = await directoryWith({ 'kit.ts': '' });
    const { changed, root } = await watching();
    watcher?.include([join(elsewhere, 'kit.ts')]);
    await writeFile(join(elsewhere, 'kit.ts'), 'new');
    await expect.poll(() => [...changed].map((path) => path.length > 0)).toContain(true);
    expect(root).not.toBe(elsewhere);
  });

  it('leaves nothing open when it is closed', async () => {
    const before = await usage();
    await watching({ 'a.ts': '' });
    watcher?.close();
    await expect.poll(async () => (await usage()).descriptors).toBeLessThanOrEqual(before.descriptors + 2);
  });
});
