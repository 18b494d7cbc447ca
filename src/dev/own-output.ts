/** What this process writes itself: with `fastserve dev > log.txt` in the site's directory a reload would tell of itself and so bring the next. Main thread. */
import { fstatSync, statSync } from 'node:fs';

const OUTPUTS = [1, 2] as const;

/** Whether standard output or standard error goes to this file (an absolute path). */
export function isOwnOutput(file: string): boolean {
  try {
    const { dev, ino } = statSync(file);
    return OUTPUTS.some((descriptor) => {
      const output = fstatSync(descriptor);
      return output.dev === dev && output.ino === ino;
    });
  } catch {
    return false; // it went away, or the descriptor is closed
  }
}
