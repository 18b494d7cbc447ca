/**
 * The error log: what the server has to say to its operator, one entry a line on standard error. Main thread.
 *
 * Entries may hold text of clients (a request target, a message built from input). Control characters are escaped and
 * further lines indented, so that nobody can write an entry of their own.
 */
import { LOG_LEVELS, type LogLevel, rankOf } from '../log/level.ts';
import { escapeEntry } from '../log/lines.ts';

const TARGET_SHOWN = 200;

export class ErrorLog {
  /** The rank of the level in force, one word: workers look at it before they send what the application logs. */
  readonly sharedLevel: Int32Array = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #write: (text: string) => void;

  /** `write` gets whole entries with their line end. */
  constructor(level: LogLevel, write: (text: string) => void = (text) => void process.stderr.write(text)) {
    this.level = level;
    this.#write = write;
  }

  /** Entries below it are dropped; may change at any time. */
  get level(): LogLevel {
    return LOG_LEVELS[Atomics.load(this.sharedLevel, 0)] as LogLevel;
  }
  set level(level: LogLevel) {
    Atomics.store(this.sharedLevel, 0, rankOf(level));
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
    if (rankOf(level) > rankOf(this.level)) return;
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
