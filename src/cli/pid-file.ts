/** A file with the process id, for tools that signal by it. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { FastServeError } from '../errors.ts';

/** Writes the file; it goes when the process exits, unless somebody else has written it since. FastServeError FS_SYSTEM. */
export function writePidFile(path: string): void {
  const holder = holderOf(path);
  if (holder !== null) {
    throw new FastServeError('FS_SYSTEM', `pidFile: ${path} is that of a process that runs (pid ${holder}). Stop it first, or choose another path.`);
  }
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    throw new FastServeError('FS_SYSTEM', `pidFile: ${(error as Error).message}. Choose a file that this user may write.`, { cause: error });
  }
  process.once('exit', () => {
    if (read(path) === process.pid) remove(path);
  });
}

/** The process that the file names, when it is there and is not this one. */
function holderOf(path: string): number | null {
  const pid = read(path);
  if (pid === null || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : null;
  }
}

function read(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'latin1').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** Its directory may be root's when the process is not root any more. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // A stale file is recognised at the next start.
  }
}
