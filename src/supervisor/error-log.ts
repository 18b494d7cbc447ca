/**
 * The error log: what the server has to say to its operator, one entry a line on standard error. Main thread.
 *
 * Entries may hold text of clients (a request target, a message built from input). Control characters are escaped and
 * further lines indented, so that nobody can write an entry of their own.
 */
import type { LogLevel } from '../config/types.ts';

const RANK: Record<LogLevel, number> = { error: 0, warn: 1, info: 2 };
const TARGET_SHOWN = 200;

export class ErrorLog {
  /** Entries below it are dropped; may change at any time. */
  level: LogLevel;
  readonly #write: (text: string) => void;

  /** `write` gets whole entries with their line end. */
  constructor(level: LogLevel, write: (text: string) => void = (text) => void process.stderr.write(text)) {
    this.level = level;
    this.#write = write;
  }

  error(text: string): void {
    this.#entry('error', text);
  }

  warn(text: string): void {
    this.#entry('warn', text);
  }

  info(text: string): void {
    this.#entry('info', text);
  }

  #entry(level: LogLevel, text: string): void {
    if (RANK[level] > RANK[this.level]) return;
    this.#write(`${new Date().toISOString()} ${level} ${escapeEntry(text)}\n`);
  }
}

/** "GET /path" for an entry; the target is the client's and bounded here. */
export function shownRequest(method: string, target: string): string {
  const bounded = target.length <= TARGET_SHOWN ? target : `${target.slice(0, TARGET_SHOWN)}...`;
  return `${method.slice(0, 20)} ${bounded}`;
}

/** The stack when it begins with the message, as V8 makes it; else both. */
export function shownError(error: { message: string; stack?: string | undefined }): string {
  const { message, stack } = error;
  if (stack === undefined || stack === '') return message;
  return stack.includes(message) ? stack : `${message}\n${stack}`;
}

function escapeEntry(text: string): string {
  return text
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    // What is indented stays so beyond that: pointers below a line of a template must stay where they point.
    .replace(/\n(?! {4}at )/g, '\n    ');
}
