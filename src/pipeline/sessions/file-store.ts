/**
 * fileStore(): one file for each session. Sessions outlive the server, and all servers of one machine can share them.
 *
 * DESIGN: files are named by a hash of the identifier: no cookie reaches the file system as a path, and whoever can list the
 * directory has no identifier that works. A write goes to a file of its own and is renamed into place, so that a reader sees a
 * whole session. Between the look whether a session is still there and the rename another worker may end it; it then lives until
 * its own end, as with Django's file sessions.
 */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkKeys, refuse, shown } from '../check-options.ts';
import { isSessionId, newSessionId } from './session-id.ts';
import type { SessionStore, StoredSession } from './store.ts';
import { fromText, toText } from './stored-text.ts';

/** What fileStore() takes. */
export interface FileStoreOptions {
  /** A directory of their own; made with mode 0700 when it is missing. */
  directory: string | URL;
}

const SWEEP_EVERY_MS = 3_600_000;
/** What was left behind by a process that ended in the middle of a write. */
const STALE_WRITE_MS = 60_000;
const FILE_NAME = /^[0-9a-f]{64}(\.[0-9a-f]{16})?$/;

/** FastServeError (FS_APP) for a directory that is none. Errors of the file system reject, and are the request's 500. */
export function fileStore(options: FileStoreOptions): SessionStore & { sweep(): Promise<void> } {
  checkKeys('fileStore()', options, ['directory']);
  const { directory } = options;
  if (!(directory instanceof URL) && (typeof directory !== 'string' || directory === '')) {
    refuse('fileStore()', `directory is ${shown(directory)}; expected a path or a file: URL`);
  }
  return new FileStore(directory instanceof URL ? fileURLToPath(directory) : resolve(directory));
}

class FileStore implements SessionStore {
  readonly #directory: string;
  #nextSweepAt = Date.now() + SWEEP_EVERY_MS;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async load(value: string): Promise<StoredSession | undefined> {
    if (!isSessionId(value)) return undefined;
    const text = await unlessMissing(readFile(this.#fileOf(value), 'utf8'));
    return text === undefined ? undefined : fromText(text);
  }

  async create(session: StoredSession): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const id = newSessionId();
    await this.#write(this.#fileOf(id), session);
    if (Date.now() >= this.#nextSweepAt) await this.sweep();
    return id;
  }

  async update(value: string, session: StoredSession): Promise<string | undefined> {
    const file = this.#fileOf(value);
    if ((await unlessMissing(access(file).then(() => true))) === undefined) return undefined;
    await this.#write(file, session);
    return value;
  }

  async remove(value: string): Promise<void> {
    await rm(this.#fileOf(value), { force: true });
  }

  /** Removes the files of sessions that have ended. Done once an hour beside the creation of a session. */
  async sweep(): Promise<void> {
    this.#nextSweepAt = Date.now() + SWEEP_EVERY_MS;
    const names = (await unlessMissing(readdir(this.#directory))) ?? [];
    for (const name of names) {
      const written = FILE_NAME.exec(name);
      const file = join(this.#directory, name);
      if (written !== null && (await this.#hasEnded(file, written[1] !== undefined))) await rm(file, { force: true });
    }
  }

  async #hasEnded(file: string, isUnfinished: boolean): Promise<boolean> {
    if (isUnfinished) {
      const status = await unlessMissing(stat(file));
      return status !== undefined && Date.now() - status.mtimeMs > STALE_WRITE_MS;
    }
    const text = await unlessMissing(readFile(file, 'utf8'));
    return text !== undefined && fromText(text) === undefined;
  }

  async #write(file: string, session: StoredSession): Promise<void> {
    const unfinished = `${file}.${randomBytes(8).toString('hex')}`;
    await writeFile(unfinished, toText(session), { mode: 0o600, flag: 'wx' });
    await rename(unfinished, file);
  }

  #fileOf(value: string): string {
    return join(this.#directory, createHash('sha256').update(value).digest('hex'));
  }
}

/** undefined for a file that is not there. */
async function unlessMissing<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
