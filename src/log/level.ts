/** The levels of log entries, most urgent first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Entries of a rank above that of the level in force are dropped. */
export function rankOf(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
