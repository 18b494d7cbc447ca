/** Reads the pages of `errorPages`. Main thread. */
import { resolve as resolvePath } from 'node:path';
import type { ConfigProblem } from '../../errors.ts';
import { NotRegularError, readRegular } from '../read-regular.ts';
import type { CheckedErrorPage } from '../schema/error-pages.ts';
import type { ErrorPage } from '../types/error-pages.ts';
import { show } from '../values/show.ts';

/** They are kept in memory and written into answers. */
const MOST_BYTES = 262_144;

/** What is wrong is added to `problems`. Relative paths start at `directory`. */
export function readErrorPages(checked: readonly CheckedErrorPage[], directory: string, problems: ConfigProblem[]): ErrorPage[] {
  return checked.map(({ status, path, ...rest }) => {
    const file = resolvePath(directory, path);
    const page = read(file, `errorPages.${status}`, problems);
    return { ...rest, file, page };
  });
}

function read(file: string, path: string, problems: ConfigProblem[]): string {
  try {
    const bytes = readRegular(file);
    if (bytes.length <= MOST_BYTES) return bytes.toString();
    problems.push({ path, text: `${show(file)} has ${bytes.length} bytes, expected at most ${MOST_BYTES}. Let the page load its pictures and styles from a static directory.` });
  } catch (error) {
    const what = error instanceof NotRegularError ? `${show(file)} is not a regular file` : `there is no readable file at ${show(file)}`;
    problems.push({ path, text: `${what}. Correct the path (it is relative to the configuration file).` });
  }
  return '';
}
