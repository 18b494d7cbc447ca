/** The part of the schema about the process: how it ends, who may control it, who it becomes. */
import { duration, optional, type Schema, section, value } from './parts.ts';

export interface CheckedShutdown {
  /** Milliseconds. */
  lameDuck: number | undefined;
  grace: number | undefined;
}

export const shutdown = section<CheckedShutdown>('shutdown', '{ lameDuck: "5s", grace: "30s" }', () => ({
  lameDuck: optional(duration(0, '5s')),
  grace: optional(duration(0, '30s')),
}));

export const control: Schema<string | false> = value('the path of a socket, or false', 'Write for example "/run/site/control.sock".', (input) => {
  if (input === false) return false;
  return typeof input === 'string' && input !== '' && !input.includes('\0') ? input : undefined;
});

/** As useradd(8) takes them; numbers are taken by their text too. */
export const account: Schema<string> = value('the name of a user or group, or its number', 'Write for example "www-data".', (input) => {
  if (typeof input === 'number') return Number.isSafeInteger(input) && input >= 0 ? String(input) : undefined;
  return typeof input === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}\$?$/.test(input) ? input : undefined;
});
