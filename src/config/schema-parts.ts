/**
 * What sections of the schema are made of: values, lists and objects whose messages say what was seen, what was expected and
 * what to do.
 */
import * as v from 'valibot';
import { suggest } from '../nearest.ts';
import { show } from './text.ts';
import { parseDuration, parseSize, parseWhole } from './values.ts';

export type Schema<Output> = v.GenericSchema<unknown, Output>;
type Entries<Output> = { [Key in keyof Output]-?: Schema<Output[Key]> };

/** A value that `parse` understands; undefined from it is the error "got ..., expected ...". */
export function value<Output>(expected: string, fix: string, parse: (input: unknown) => Output | undefined): Schema<Output> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Output>(({ dataset, addIssue, NEVER }) => {
      const output = parse(dataset.value);
      if (output !== undefined) return output;
      addIssue({ message: `got ${show(dataset.value)}, expected ${expected}. ${fix}` });
      return NEVER;
    }),
  );
}

export function optional<Output>(schema: Schema<Output>): Schema<Output | undefined> {
  return v.optional(schema) as Schema<Output | undefined>;
}

export function withDefault<Output>(schema: Schema<Output>, input: unknown): Schema<Output> {
  return v.optional(schema, () => input) as Schema<Output>;
}

/** As withDefault(), for what takes a while to find out: `make` is asked where a configuration leaves the key out. */
export function withLateDefault<Output>(schema: Schema<Output>, make: () => unknown): Schema<Output> {
  return v.optional(schema, make) as Schema<Output>;
}

/** An object with exactly these keys. `name` is how messages call it. */
export function section<Output extends object>(
  name: string,
  example: string,
  entries: Entries<Output>,
  fixUnknown?: (key: string) => string | undefined,
): Schema<Output> {
  const strict = v.strictObject(entries as Record<string, Schema<unknown>>, (issue) => {
    const key = String(issue.path?.at(-1)?.key ?? '');
    if (issue.expected !== 'never') return `is missing in ${name}. Add it, for example ${example}.`;
    return fixUnknown?.(key) ?? unknownKey(name, key, Object.keys(entries));
  });
  const notAnObject = value('an object', `Write ${name} as ${example}.`, () => undefined);
  return v.lazy((input) => (isPlainObject(input) ? strict : notAnObject)) as Schema<Output>;
}

function unknownKey(name: string, key: string, known: string[]): string {
  const near = suggest(key, known);
  const fix = near === undefined ? `The keys are ${known.filter((word) => word !== 'direct').join(', ')}.` : `Did you mean "${near}"?`;
  return `unknown key in ${name}. ${fix}`;
}

export function isPlainObject(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

export function list<Output>(example: string, item: Schema<Output>): Schema<Output[]> {
  return v.array(item, (issue) => `got ${show(issue.input)}, expected a list. Write ${example}.`) as Schema<Output[]>;
}

export function size(low: number, high: number, example: string): Schema<number> {
  return value(`bytes from ${low} to ${high}`, `Write a number or text such as "${example}".`, (input) =>
    parseWhole(parseSize(input), low, high),
  );
}

export function duration(low: number, example: string): Schema<number> {
  const expected = low === 0 ? 'a time from 0 (off) to 24h' : `a time from ${low}ms to 24h`;
  return value(expected, `Write milliseconds or text such as "${example}".`, (input) => parseWhole(parseDuration(input), low, 86_400_000));
}

export function count(low: number, high: number, example: number): Schema<number> {
  return value(`a whole number from ${low} to ${high}`, `Write for example ${example}.`, (input) => parseWhole(input, low, high));
}

export function flag(): Schema<boolean> {
  return value('true or false', 'Write it without quotation marks.', (input) => (typeof input === 'boolean' ? input : undefined));
}

export function text(expected: string, example: string): Schema<string> {
  return value(expected, `Write for example ${example}.`, (input) =>
    typeof input === 'string' && input !== '' && !input.includes('\0') ? input : undefined,
  );
}

export function oneOf<Word extends string>(words: readonly Word[]): Schema<Word> {
  const expected = `one of ${words.map((word) => `"${word}"`).join(', ')}`;
  return value(expected, 'Choose one of them.', (input) => words.find((word) => word === input));
}
