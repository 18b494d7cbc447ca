/** Entries of the application's log, as they cross from worker to main thread: plain data. */
import { inspect } from 'node:util';
import type { LogLevel } from './level.ts';

export interface LogEntry {
  readonly level: LogLevel;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Several lines where it was logged so; bounded. */
  readonly text: string;
  /** A JSON text in one line, bounded; "" without fields. */
  readonly fields: string;
  /** Of the request that it belongs to; "" where it is not known. */
  readonly requestId: string;
  readonly traceId: string;
}

/** What belongs to an entry beside its text; an Error stands for `{ error }`. */
export type LogFields = Readonly<Record<string, unknown>> | Error;

/** Of an entry's text, and again of its fields. */
export const MAX_CHARACTERS = 65_536;

/** Longer texts lose their end, and say so. */
export function boundedText(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}... (${text.length - MAX_CHARACTERS} more characters)`;
}

/** As LogEntry.fields. Never throws: what JSON cannot say is written as inspect() shows it, what is too long is left out. */
export function encodeFields(fields: LogFields | undefined): string {
  if (fields === undefined || fields === null) return '';
  let encoded: string | undefined;
  try {
    encoded = JSON.stringify(fields instanceof Error ? { error: fields } : fields, encodeValue);
  } catch {
    encoded = JSON.stringify({ inspected: inspected(fields) });
  }
  if (encoded === undefined || encoded === '{}') return '';
  return encoded.length <= MAX_CHARACTERS ? encoded : `{"omitted":"${encoded.length} characters"}`;
}

function encodeValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { ...value, name, message, stack, ...(cause !== undefined && { cause }) };
}

function inspected(fields: LogFields): string {
  try {
    return inspect(fields, { breakLength: Infinity }).slice(0, MAX_CHARACTERS / 8);
  } catch {
    return 'fields that can be neither written nor inspected';
  }
}
