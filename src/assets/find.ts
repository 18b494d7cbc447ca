/**
 * Finds the files of a mount that the server would serve: the rules for hidden names, symbolic links and special files are
 * those of native/files (file_name.cc, safe_open.cc). Siblings that somebody compressed are no files of their own.
 */
import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Mount } from '../config/types.ts';

/** A file that is to be built. */
export interface Asset {
  /** Index of its mount. */
  readonly mount: number;
  /** Below the mount's root, with "/" between folders. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

const SIBLING = /\.(?:br|zst|gz)$/;

/** In the order of their names. Rejects with the system's error when a directory or a file cannot be read. */
export async function findAssets(mount: Mount, index: number): Promise<Asset[]> {
  const root = await realpath(mount.root);
  const assets: Asset[] = [];
  await walk('', new Set([root]));
  return assets.sort((a, b) => (a.name < b.name ? -1 : 1));

  /** `above`: real paths of the directories on the way here; a link back to one of them is a loop. */
  async function walk(folder: string, above: ReadonlySet<string>): Promise<void> {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      if (!isServable(entry.name, mount.dotfiles) || isSibling(entry.name, names)) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const path = join(root, name);
      const target = await targetOf(entry, path, root);
      if (target === undefined) continue;
      const found = await stat(target);
      if (found.isFile()) assets.push({ mount: index, name, path: target, size: found.size, modified: found.mtime });
      else if (found.isDirectory() && !above.has(target)) await walk(name, new Set([...above, target]));
    }
  }
}

function isServable(name: string, dotfiles: boolean): boolean {
  return !name.startsWith('.') || dotfiles || name === '.well-known';
}

/** A compressed form of its neighbour: built files get their own. */
function isSibling(name: string, names: ReadonlySet<string>): boolean {
  return SIBLING.test(name) && names.has(name.replace(SIBLING, ''));
}

/** What an entry is in truth; undefined for a link that the server would not follow: absolute, out of the root, or broken. */
async function targetOf(entry: Dirent, path: string, root: string): Promise<string | undefined> {
  if (!entry.isSymbolicLink()) return path;
  if (isAbsolute(await readlink(path))) return undefined;
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  const [first] = relative(root, target).split(sep);
  return first === '..' ? undefined : target;
}
