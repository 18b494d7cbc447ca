/** Exit codes of the command; 0 is success. */
import type { ErrorCode } from '../errors.ts';

/** Failure while starting or running. */
export const EXIT_FAILURE = 1;
/** Wrong usage or configuration, or code that does not compile: no use in trying again as it is. */
export const EXIT_USAGE = 2;
/** No server runs where status, ctl, reload or stop looked for one; as `systemctl status` has it. */
export const EXIT_NOT_RUNNING = 3;

/** Of a command that failed with a FastServeError. */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'FS_CONFIG' || code === 'FS_BUNDLE') return EXIT_USAGE;
  return code === 'FS_NOT_RUNNING' ? EXIT_NOT_RUNNING : EXIT_FAILURE;
}
