/** Reads what a configuration names at once. Main thread, while a server starts or reloads. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** There is something, but it is no regular file: reading it could wait for ever, or never end. */
export class NotRegularError extends Error {
  readonly code = 'not a regular file';
}

/** What the file at `path` holds. Throws NotRegularError, and as openSync() and readFileSync() do. Does not wait for a pipe to be written to. */
export function readRegular(path: string): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) throw new NotRegularError(`${path} is not a regular file`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
