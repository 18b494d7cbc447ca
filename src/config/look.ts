/**
 * What lies at a path, asked at once. Main thread, while a server starts or reloads.
 *
 * DESIGN: not through the thread pool, whose threads a start would have to make first: that takes longer than the few answers.
 */
import { type Stats, statSync } from 'node:fs';

/** undefined when there is nothing. Throws what else keeps the system from looking. */
export function look(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** As look(); what cannot be looked at is not there. */
export function lookOrNone(path: string): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}
