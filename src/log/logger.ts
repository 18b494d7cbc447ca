/**
 * The log of applications: `log` for everything, `request.log` for what belongs to a request. Where entries go is the thread's:
 * a worker sends them to the main thread, any other thread writes them itself.
 */
import { boundedText, encodeFields, type LogEntry, type LogFields } from './entry.ts';
import type { LogLevel } from './level.ts';
import { jsonLine, prettyLine } from './lines.ts';

export interface LogSink {
  /** Whether entries of this level are taken now. */
  takes(level: LogLevel): boolean;
  /** Takes the entry or drops and counts it; never waits, never throws. */
  put(entry: LogEntry): void;
}

/** The request that entries belong to, asked for when one is made; "" for what is not known. */
export type LogContext = () => { requestId: string; traceId: string };

const ownLines: LogSink = {
  takes: (level) => level !== 'debug',
  put: (entry) => void process.stderr.write(process.stderr.isTTY ? prettyLine(entry, null) : jsonLine(entry, null)),
};

/** Most entries that are held. */
const MAX_HELD = 1000;

let active: LogSink = ownLines;
let held: LogEntry[] = [];

/** Makes this where the thread's entries go, those first that were held. */
export function activateLog(sink: LogSink): void {
  active = sink;
  for (const entry of held) if (sink.takes(entry.level)) sink.put(entry);
  held = [];
}

/** Holds the thread's entries, the first thousand of them, until activateLog() is called. */
export function holdLog(): void {
  active = { takes: () => true, put: (entry) => void (held.length < MAX_HELD && held.push(entry)) };
}

/** Logs without fields, for text that was printed. */
export function logText(level: LogLevel, text: string): void {
  if (active.takes(level)) active.put({ level, time: Date.now(), text: boundedText(text), fields: '', requestId: '', traceId: '' });
}

/** Each method takes a text and what belongs to it: `log.info('order placed', { order: 17 })`. None of them throws or waits. */
export class Logger {
  readonly #context: LogContext | null;

  constructor(context: LogContext | null = null) {
    this.#context = context;
  }

  /** Dropped unless `log.level` is "debug". */
  debug(text: string, fields?: LogFields): void {
    this.#entry('debug', text, fields);
  }

  info(text: string, fields?: LogFields): void {
    this.#entry('info', text, fields);
  }

  warn(text: string, fields?: LogFields): void {
    this.#entry('warn', text, fields);
  }

  error(text: string, fields?: LogFields): void {
    this.#entry('error', text, fields);
  }

  #entry(level: LogLevel, text: string, fields: LogFields | undefined): void {
    if (!active.takes(level)) return;
    const context = this.#context === null ? { requestId: '', traceId: '' } : this.#context();
    active.put({ level, time: Date.now(), text: boundedText(String(text)), fields: encodeFields(fields), ...context });
  }
}

/** For what belongs to no request. */
export const log: Logger = new Logger();
