/** Which sources count as edited after a build. */
import { readFile, rm, utimes } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { staleFiles } from '../../src/assets/stale.ts';
import { loadBuilds } from '../../src/config/manifest.ts';
import { resolveStatic } from '../../src/config/resolve.ts';
import { Site } from './site.ts';

async function staleOf(site: Site): Promise<string[]> {
  const mounts = await resolveStatic({ config: { static: [{ prefix: '/static/', root: 'public', manifest: true }] }, directory: site.directory, source: 'test' });
  return staleFiles(mounts, await loadBuilds(mounts));
}

it('finds files with another content, also of the same size', async () => {
  const site = await Site.with({ 'a.txt': 'one', 'b.txt': 'one', 'c.css': 'url(a.txt)' });
  await site.build();
  expect(await staleOf(site)).toEqual([]);
  await site.write('a.txt', 'other');
  await site.write('b.txt', 'two');
  await utimes(site.at('b.txt'), 1, 1);
  expect(await staleOf(site)).toEqual(['a.txt', 'b.txt']);
});

it('does not mind another time, nor sources that are gone', async () => {
  const site = await Site.with({ 'a.css': 'url(b.txt)', 'b.txt': 'one' });
  await site.build();
  await utimes(site.at('a.css'), 1, 1);
  expect(await readFile(site.at('a.css'), 'utf8')).toBe('url(b.txt)');
  await rm(site.at('b.txt'));
  expect(await staleOf(site)).toEqual([]);
});
