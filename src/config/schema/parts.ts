/**
 * What sections of the schema are made of: values, lists and objects whose messages say what was seen, what was expected and
 * what to do.
 */
import * as v from 'valibot';
import { suggest } from '../../nearest.ts';
import { show } from '../values/show.ts';
import { parseDuration, parseSize, parseWhole } from '../values/numbers.ts';

export type Schema<Output> = v.GenericSchema<unknown, Output>;
type Entries<Output> = { [Key in keyof Output]-?: Schema<Output[Key]> };

/** The schema that `make` gives, built when the first value is checked by it. */
export function late<Output>(make: () => Schema<Output>): Schema<Output> {
  let made: Schema<Output> | undefined;
  return v.lazy(() => (made ??= make()));
}

/** A value that `parse` understands; undefined from it is the error "got ..., expected ...". */
export function value<Output>(expected: string, fix: string, parse: (input: unknown) => Output | undefined): Schema<Output> {
  return late(() =>
    v.pipe(
      v.unknown(),
      v.rawTransform<unknown, Output>(({ dataset, addIssue, NEVER }) => {
        const output = parse(dataset.value);
        if (output !== undefined) return output;
        addIssue({ message: `got ${show(dataset.value)}, expected ${expected}. ${fix}` });
        return NEVER;
      }),
    ),
  );
}

export function optional<Output>(schema: Schema<Output>): Schema<Output | undefined> {
  return v.optional(schema) as Schema<Output | undefined>;
}

export function withDefault<Output>(schema: Schema<Output>, input: unknown): Schema<Output> {
  return v.optional(schema, () => input) as Schema<Output>;
}

/** An object with exactly these keys, which are built when the first one is checked. `name` is how messages call it. */
export function section<Output extends object>(
  name: string,
  example: string,
  entries: () => Entries<Output>,
  fixUnknown?: (key: string) => string | undefined,
): Schema<Output> {
  const strict = late(() => {
    const all = entries();
    return strictObject(name, example, all, (key) => fixUnknown?.(key) ?? unknownKey(name, key, Object.keys(all)));
  });
  return v.lazy((input) => (isPlainObject(input) ? strict : noObject(name, example))) as Schema<Output>;
}

/** As section(), where every key may be left out: it is then what `defaults` has, which is taken as it is. */
export function defaultedSection<Output extends object>(name: string, example: string, defaults: Output, entries: () => Entries<Output>): Schema<Output> {
  const written = section<Partial<Output>>(name, example, () => {
    const all = entries() as Record<string, Schema<unknown>>;
    return Object.fromEntries(Object.entries(all).map(([key, schema]) => [key, optional(schema)])) as Entries<Partial<Output>>;
  });
  return late(() => v.pipe(written, v.transform((given) => filled(given, defaults))));
}

/** What is given, and for the rest the defaults. */
export function filled<Output extends object>(given: Partial<Output>, defaults: Output): Output {
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** As section(), of many keys of which few are written: those are built that an input has. The output has no others. */
export function sparseSection<Output extends object>(name: string, example: string, entries: { readonly [Key in keyof Output]-?: () => Schema<Output[Key]> }): Schema<Partial<Output>> {
  const keys = Object.keys(entries);
  const all = entries as Readonly<Record<string, () => Schema<unknown>>>;
  return v.lazy((input) => {
    if (!isPlainObject(input)) return noObject(name, example);
    const written = keys.filter((key) => key in input).map((key) => [key, optional((all[key] as () => Schema<unknown>)())]);
    return strictObject(name, example, Object.fromEntries(written) as Entries<Partial<Output>>, (key) => unknownKey(name, key, keys));
  }) as Schema<Partial<Output>>;
}

function strictObject<Output extends object>(name: string, example: string, entries: Entries<Output>, fixUnknown: (key: string) => string): Schema<Output> {
  return v.strictObject(entries as Record<string, Schema<unknown>>, (issue) => {
    if (issue.expected !== 'never') return `is missing in ${name}. Add it, for example ${example}.`;
    return fixUnknown(String(issue.path?.at(-1)?.key ?? ''));
  }) as unknown as Schema<Output>;
}

function noObject(name: string, example: string): Schema<never> {
  return value<never>('an object', `Write ${name} as ${example}.`, () => undefined);
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
