/** Exit codes of the command; 0 is success. */

/** Failure while starting or running. */
export const EXIT_FAILURE = 1;
/** Wrong usage or configuration. */
export const EXIT_USAGE = 2;
