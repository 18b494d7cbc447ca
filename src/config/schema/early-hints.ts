/** The schema of `learnEarlyHints`. */
import * as v from 'valibot';
import { EARLY_HINTS } from './defaults.ts';
import { defaultedSection, duration, isPlainObject, list, type Schema, value } from './parts.ts';
import type { LearnEarlyHints } from '../types.ts';

const EXAMPLE = '{ origins: ["https://cdn.example"], maxAge: "1h" }';

const origin = value('an origin: a scheme and a host, and a port if it is not the usual one', 'Write for example "https://cdn.example", without a path.', (input) => {
  if (typeof input !== 'string' || !/^https?:\/\/[^/?#@\\\s]+\/?$/i.test(input) || !URL.canParse(input)) return undefined;
  return new URL(input).origin;
});

const hintsObject = defaultedSection<LearnEarlyHints>('learnEarlyHints', EXAMPLE, EARLY_HINTS, () => ({
  origins: list('origins: ["https://cdn.example"]', origin),
  maxAge: duration(1000, '1h'),
}));

const hintsFlag = value('true, false or an object', `Write true, or for example ${EXAMPLE}.`, (input): LearnEarlyHints | null | undefined => {
  if (input === false) return null;
  return input === true ? EARLY_HINTS : undefined;
});

/** Input: LearnEarlyHintsConfig or a flag. null: nothing is learnt. */
export const learnEarlyHints = v.lazy((input): Schema<LearnEarlyHints | null> => (isPlainObject(input) ? (hintsObject as Schema<LearnEarlyHints | null>) : hintsFlag)) as Schema<LearnEarlyHints | null>;
