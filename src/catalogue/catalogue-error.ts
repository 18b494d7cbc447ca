/** Mistakes in catalogues, with their place. */
import { FastServeError } from '../errors.ts';

/** Throws FastServeError (FS_APP): "locale/de/LC_MESSAGES/messages.po:12: ...". Lines count from 1. */
export function refuseAt(file: string, line: number, problem: string): never {
  throw new FastServeError('FS_APP', `${file}:${line}: ${problem}`);
}
