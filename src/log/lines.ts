/**
 * Entries of applications as lines. Texts may hold what clients sent: nobody can write a line of their own, or send control
 * characters to a terminal.
 */
import type { LogEntry } from './entry.ts';

/** The worker that an entry is of. */
export interface LogOrigin {
  readonly worker: number;
  readonly pool: string;
}

const PLAIN_VALUE = /^[^\s"=]+$/;

/** For programs: one JSON object, with its line end. */
export function jsonLine({ level, time, text, fields, requestId, traceId }: LogEntry, origin: LogOrigin | null): string {
  const head = JSON.stringify({
    time: new Date(time).toISOString(),
    level,
    ...origin,
    ...(requestId !== '' && { request: requestId }),
    ...(traceId !== '' && { trace: traceId }),
    message: text,
  });
  return fields === '' ? `${head}\n` : `${head.slice(0, -1)},"fields":${fields}}\n`;
}

/** For people: time, level, worker, text, fields; further lines are indented. With its line end. */
export function prettyLine({ level, time, text, fields, requestId, traceId }: LogEntry, origin: LogOrigin | null): string {
  const parts = [new Date(time).toISOString(), level];
  if (origin !== null) parts.push(origin.pool === 'default' ? `w${origin.worker}` : `w${origin.worker}/${origin.pool}`);
  const [first = '', ...further] = text.split('\n');
  parts.push(first);
  const values = fields === '' ? {} : (JSON.parse(fields) as Record<string, unknown>);
  for (const [name, value] of Object.entries(values)) parts.push(`${name}=${shownValue(value)}`);
  if (requestId !== '') parts.push(`id=${shownValue(requestId)}`);
  if (traceId !== '') parts.push(`trace=${traceId}`);
  return `${escapeEntry([parts.join(' '), ...further, ...stacksOf(values)].join('\n'))}\n`;
}

/** Control characters escaped and further lines indented, so that an entry is one whatever its text. */
export function escapeEntry(text: string): string {
  return text
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    // What is indented stays so beyond that: pointers below a line of a template must stay where they point.
    .replace(/\n(?! {4}at )/g, '\n    ');
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return PLAIN_VALUE.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(stackOf(value) === undefined ? value : (value as Error).message);
}

function stacksOf(values: object): string[] {
  return Object.values(values).flatMap((value) => stackOf(value) ?? []);
}

/** Of an error, as encodeFields() wrote it. */
function stackOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('stack' in value) || !('message' in value)) return undefined;
  return typeof value.stack === 'string' ? value.stack : undefined;
}
