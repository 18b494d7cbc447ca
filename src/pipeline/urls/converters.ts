/**
 * Path converters: int, str, slug, uuid, path, as in Django and in native/route/converter.cc, which must agree with this file.
 */

export type ConverterName = 'int' | 'str' | 'slug' | 'uuid' | 'path';

export interface Converter {
  readonly name: ConverterName;
  /** The longest end (exclusive) of a value that begins at `start`; `start` when none does. */
  longestEnd(path: string, start: number): number;
  /** Whether shorter ends are values too. */
  readonly divisible: boolean;
  /** The value of a captured text; undefined when it has none that JavaScript can represent. */
  toValue(text: string): string | number | undefined;
}

/** A converter whose values are runs of one class of characters; `members` is sticky. */
function runOf(name: ConverterName, members: RegExp, toValue: Converter['toValue']): Converter {
  const longestEnd = (path: string, start: number): number => {
    members.lastIndex = start;
    return members.test(path) ? members.lastIndex : start;
  };
  return { name, longestEnd, divisible: name !== 'uuid', toValue };
}

const asText = (text: string): string => text;

/** Beyond 2^53 a number would be another one than the client sent: then there is no value and the entry does not match. */
function asInteger(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export const CONVERTERS: Readonly<Record<ConverterName, Converter>> = {
  int: runOf('int', /[0-9]+/y, asInteger),
  str: runOf('str', /[^/]+/y, asText),
  slug: runOf('slug', /[-a-zA-Z0-9_]+/y, asText),
  uuid: runOf('uuid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/y, asText),
  path: runOf('path', /[^\n]+/y, asText),
};

export function isConverterName(name: string): name is ConverterName {
  return Object.hasOwn(CONVERTERS, name);
}
