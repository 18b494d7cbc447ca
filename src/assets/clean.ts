/** Removes built files that no manifest names any more. Touches nothing but built names in the directories of manifests. */
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBuiltName } from '../config/built-name.ts';
import type { Manifest, ManifestMount } from '../config/manifest.ts';
import type { Coding } from '../config/values/static.ts';
import { SIBLING_ENDINGS } from './compress.ts';

/** Cleans the directories of both manifests below `root`; what `current` names stays. The count of files that were removed. */
export async function removeStale(root: string, previous: Manifest | null, current: Manifest): Promise<number> {
  const directories = new Set([...(previous?.mounts ?? []), ...current.mounts].map(({ directory }) => directory));
  let removed = 0;
  for (const directory of directories) {
    const kept = namesOf(current.mounts.find((mount) => mount.directory === directory));
    removed += await cleanDirectory(join(root, directory), kept);
  }
  return removed;
}

function namesOf(mount: ManifestMount | undefined): Set<string> {
  const names = new Set<string>();
  for (const { name, encoded } of Object.values(mount?.files ?? {})) {
    names.add(name);
    for (const coding of Object.keys(encoded) as Coding[]) names.add(name + SIBLING_ENDINGS[coding]);
  }
  return names;
}

async function cleanDirectory(path: string, kept: ReadonlySet<string>): Promise<number> {
  const names = await readdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const stale = names.filter((name) => isBuiltName(name, true) && !kept.has(name));
  for (const name of stale) await rm(join(path, name), { force: true });
  const folders = new Set(stale.flatMap((name) => foldersAbove(name)));
  // The deepest first; what still holds something stays.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await rmdir(join(path, folder)).catch(() => {});
  return stale.length;
}

/** "a/b/c.css" gives "a/b", "a" and ".". */
function foldersAbove(name: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(name); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === '.') return folders;
  }
}
