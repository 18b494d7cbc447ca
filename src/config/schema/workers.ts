/** The part of the schema that says how many workers there are, and when they are replaced. */
import { RECYCLE } from './defaults.ts';
import { count, defaultedSection, type Schema, size, value } from './parts.ts';
import { MAX_WORKERS } from './pools.ts';
import type { Settings } from '../types.ts';
import { parseDuration, parseWhole } from '../values/numbers.ts';

const YEAR_MS = 31_536_000_000;
const TEBIBYTE = 1_099_511_627_776;

const age = value('a time from 0 (off) to 1y', 'Write for example "12h".', (input) => parseWhole(parseDuration(input), 0, YEAR_MS));

const share = value('a number from 0 to 1', 'Write for example 0.1.', (input) =>
  typeof input === 'number' && input >= 0 && input <= 1 ? input : undefined,
);

export const workers = value(`a whole number from 0 to ${MAX_WORKERS}, or "auto"`, 'Write for example "auto", or 0 to run the application in this thread.', (input) =>
  input === 'auto' ? input : parseWhole(input, 0, MAX_WORKERS),
);

export const recycle: Schema<Settings['recycle']> = defaultedSection<Settings['recycle']>('recycle', '{ requests: 100000, age: "12h" }', RECYCLE, () => ({
  requests: count(0, 1_000_000_000, 100_000),
  jitter: share,
  age,
  heap: size(0, TEBIBYTE, '512mb'),
  external: size(0, TEBIBYTE, '1gb'),
}));
