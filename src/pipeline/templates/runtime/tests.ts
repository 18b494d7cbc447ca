/**
 * Tests: {{ x is defined }}, {% if n is divisibleby(3) %}. Pure.
 */
import { display } from './escape.ts';
import type { Test } from './library.ts';
import { compare, contains, equal, numberOf } from './operators.ts';
import { SafeString } from './safe-string.ts';

const isMissing: Test = (value) => value === null || value === undefined;
const isString: Test = (value) => typeof value === 'string' || value instanceof SafeString;

export const TESTS: Readonly<Record<string, Test>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: isMissing,
  None: isMissing,
  null: isMissing,
  true: (value) => value === true,
  True: (value) => value === true,
  false: (value) => value === false,
  False: (value) => value === false,
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' || typeof value === 'bigint',
  integer: (value) => Number.isInteger(value) || typeof value === 'bigint',
  float: (value) => typeof value === 'number' && !Number.isInteger(value),
  string: isString,
  sequence: (value) => Array.isArray(value) || isString(value),
  iterable: (value) => isString(value) || (typeof value === 'object' && value !== null && Symbol.iterator in value),
  mapping: (value) =>
    value instanceof Map || (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SafeString)),
  escaped: (value) => value instanceof SafeString,
  even: (value) => numberOf(value) % 2 === 0,
  odd: (value) => Math.abs(numberOf(value) % 2) === 1,
  divisibleby: (value, divisor) => numberOf(value) % numberOf(divisor) === 0,
  lower: (value) => display(value) === display(value).toLowerCase(),
  upper: (value) => display(value) === display(value).toUpperCase(),
  in: (value, container) => contains(container, value),
  sameas: (value, other) => value === other,
  eq: equal,
  equalto: equal,
  ne: (value, other) => !equal(value, other),
  gt: (value, other) => compare(value, other) > 0,
  greaterthan: (value, other) => compare(value, other) > 0,
  ge: (value, other) => compare(value, other) >= 0,
  lt: (value, other) => compare(value, other) < 0,
  lessthan: (value, other) => compare(value, other) < 0,
  le: (value, other) => compare(value, other) <= 0,
};
