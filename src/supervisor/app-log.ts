/** The application's log: entries of workers as lines on standard error, between those of the error log. Main thread. */
import type { AppLogForm } from '../config/types.ts';
import type { LogEntry } from '../log/entry.ts';
import type { LogLevel } from '../log/level.ts';
import { jsonLine, type LogOrigin, prettyLine } from '../log/lines.ts';

export class AppLog {
  readonly #write: (text: string) => void;
  readonly #line: typeof jsonLine;

  /** auto: pretty where standard error is a terminal. `write` gets whole lines. */
  constructor(form: AppLogForm, write: (text: string) => void = (text) => void process.stderr.write(text)) {
    this.#line = form === 'pretty' || (form === 'auto' && process.stderr.isTTY) ? prettyLine : jsonLine;
    this.#write = write;
  }

  /** An entry that was above the level in force when it was made. */
  put(entry: LogEntry, origin: LogOrigin): void {
    this.#write(this.#line(entry, origin));
  }

  /** Says in the place of lost entries that there were any. */
  putLoss(count: number, origin: LogOrigin): void {
    const level: LogLevel = 'warn';
    const text = `${count} log entries were dropped here: the worker made them faster than they could be written`;
    this.put({ level, time: Date.now(), text, fields: `{"dropped":${count}}`, requestId: '', traceId: '' }, origin);
  }
}
