/**
 * Where the files of one request lie: a directory of its own, for nobody but the server's user, made with the first file.
 * Belongs to the request's thread.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIRECTORY_PREFIX, removeAbandoned } from './abandoned.ts';

export interface NewFile {
  readonly path: string;
  readonly handle: FileHandle;
}

export class UploadDirectory {
  readonly #parent: string;
  /** mkdtemp makes it with mode 0700. */
  #path: Promise<string> | null = null;
  #count = 0;
  #isRemoved = false;

  /** parent: a directory on the file system that uploads are kept on, so that moveTo() is a rename; the system's by default. */
  constructor(parent: string = tmpdir()) {
    this.#parent = parent;
  }

  /** A new file with mode 0600 under a name that the client has no part in. The caller closes it. Rejects as the file system does. */
  async create(): Promise<NewFile> {
    if (this.#isRemoved) throw new Error('the request has ended: read its form before answering');
    if (this.#path === null) void removeAbandoned(this.#parent);
    this.#path ??= mkdtemp(join(this.#parent, DIRECTORY_PREFIX));
    const path = join(await this.#path, String(this.#count++));
    return { path, handle: await open(path, 'wx', 0o600) };
  }

  /** Removes everything that is left in it. May be called again. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    if (this.#path !== null) await rm(await this.#path, { recursive: true, force: true });
  }
}
