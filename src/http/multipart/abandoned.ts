/**
 * Clearing away what workers that died left behind: their requests ended with nobody to remove the files. Any thread.
 */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Begins the names of the directories of requests. */
export const DIRECTORY_PREFIX = 'fastserve-upload-';
/** No request takes so long. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Directories that this thread has looked through. */
const swept = new Set<string>();

/**
 * Removes directories of requests below `parent` that belong to this user and have not changed for a day: once a thread and
 * parent, as far as the file system lets it. Never rejects.
 */
export async function removeAbandoned(parent: string): Promise<void> {
  if (swept.has(parent)) return;
  swept.add(parent);
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith(DIRECTORY_PREFIX))) {
    // A file that cannot be removed today is no failure of the upload that is being read.
    await removeIfAbandoned(join(parent, name)).catch(() => {});
  }
}

async function removeIfAbandoned(path: string): Promise<void> {
  // Not stat: a link of this name in a directory that others write to may lead anywhere.
  const found = await lstat(path);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.();
  if (isOurs && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
}
