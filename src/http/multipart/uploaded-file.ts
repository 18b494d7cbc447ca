/**
 * One file of a multipart form, in a temporary file. Belongs to the request's thread.
 */
import { createReadStream } from 'node:fs';
import { copyFile, readFile, rename, unlink } from 'node:fs/promises';
import { safeFileName } from './file-name.ts';
import type { PartHead } from './part-head.ts';

/** A file of a multipart form, in a temporary file until its request has been answered. Name and type are the client's word. */
export class UploadedFile {
  /** Name of the form's field. */
  readonly fieldName: string;
  /** Name of the file, without directories and control characters. The client chose it: do not trust it about the content. */
  readonly name: string;
  /** Media type as the client says, lower-case and without parameters; "application/octet-stream" where it says none. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** The temporary file: mode 0600, gone when the request has been answered. */
  readonly path: string;

  constructor(head: PartHead, path: string, size: number) {
    this.fieldName = head.name;
    this.name = safeFileName(head.fileName ?? '');
    this.type = head.type?.name ?? 'application/octet-stream';
    this.size = size;
    this.path = path;
  }

  /** All of it, in memory. */
  bytes(): Promise<Uint8Array> {
    return readFile(this.path);
  }

  /** All of it as UTF-8. */
  text(): Promise<string> {
    return readFile(this.path, 'utf8');
  }

  /** In pieces. Opened with the first one, closed when the reader is done. */
  async *stream(): AsyncGenerator<Uint8Array> {
    yield* createReadStream(this.path);
  }

  /**
   * Keeps the file: puts it at this path, over a file that is there. The mode stays 0600. A rename where both are on one file
   * system (defineApp({ uploadDirectory })), else a copy. Rejects as the file system does.
   */
  async moveTo(path: string): Promise<void> {
    try {
      await rename(this.path, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      await copyFile(this.path, path);
      await unlink(this.path);
    }
  }
}
