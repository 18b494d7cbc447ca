/** Finds sources that were edited after they were built. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile, MountBuild } from '../config/manifest.ts';
import type { Mount } from '../config/types.ts';
import { mapLimited } from './concurrency.ts';
import { digestFile } from './digest.ts';

const CONCURRENCY = 4;

/**
 * Names below the roots of files whose content is not what was built. Files of the same size and time are believed; of others
 * the content is read, because a deployment may change times. Sources that are gone are none: a build may be served without.
 */
export async function staleFiles(mounts: readonly Mount[], builds: readonly (MountBuild | null)[]): Promise<string[]> {
  const all = mounts.flatMap(({ root }, index) => [...(builds[index]?.files ?? [])].map(([name, { source }]) => ({ name, path: join(root, name), source })));
  const stale = await mapLimited(all, CONCURRENCY, async ({ name, path, source }) => ((await differs(path, source)) ? [name] : []));
  return stale.flat();
}

async function differs(path: string, source: ManifestFile['source']): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size !== source.size) return true;
    return Math.floor(mtimeMs) !== Math.floor(source.modified) && (await digestFile(path)).hash !== source.hash;
  } catch {
    return false;
  }
}
