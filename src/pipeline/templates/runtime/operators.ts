/**
 * Truth, equality, membership and arithmetic as templates have them. Pure.
 */
import { display } from './escape.ts';
import { SafeString } from './safe-string.ts';

/** Python's truth, which Django and Jinja have: empty lists, maps, objects and strings are false as 0 and null are. */
export function truth(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (value instanceof SafeString) return value.length > 0;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype !== Object.prototype && prototype !== null) || Object.keys(value).length > 0;
}

/** Equality without conversion: null is undefined, markup is its text, dates go by their time, 1 is 1n. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return false;
  if (a === null || a === undefined) return b === null || b === undefined;
  if (a instanceof SafeString || b instanceof SafeString)
    return display(a) === display(b) && typeof a !== 'number' && typeof b !== 'number';
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a === 'bigint' || typeof b === 'bigint') return (typeof a === 'number' || typeof b === 'number') && a == b;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
}

/** item in container: a text that is part of a text, an element of a list or set, a key of a map or object. */
export function contains(container: unknown, item: unknown): boolean {
  if (typeof container === 'string' || container instanceof SafeString)
    return (typeof item === 'string' || item instanceof SafeString) && container.toString().includes(item.toString());
  if (Array.isArray(container)) return container.some((element) => equal(element, item));
  if (container instanceof Map || container instanceof Set) return container.has(item);
  if (typeof container !== 'object' || container === null) return false;
  if (Symbol.iterator in container) return [...(container as Iterable<unknown>)].some((element) => equal(element, item));
  return Object.hasOwn(container, display(item));
}

/** + adds numbers, joins lists, and joins everything else as text. Markup becomes plain text in a sum, and is escaped again. */
export function plus(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...(a as unknown[]), ...(b as unknown[])];
  return display(a) + display(b);
}

/** ~ joins as text. */
export function join(a: unknown, b: unknown): string {
  return display(a) + display(b);
}

/** The sign of the result is that of the divisor, as in Python. */
export function modulo(a: unknown, b: unknown): number {
  const divisor = numberOf(b);
  return ((numberOf(a) % divisor) + divisor) % divisor;
}

/** A number from a number, a text, a boolean, a date or an object that is shown as a number; NaN for what is none, blank texts and lists too. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime();
  if (value === null || value === undefined || typeof value === 'symbol' || typeof value === 'function' || Array.isArray(value)) return NaN;
  const text = display(value).trim();
  return text === '' ? NaN : Number(text);
}

/** Order of two values: numbers as numbers, dates by time, everything else as text. NaN when one is missing. */
export function compare(a: unknown, b: unknown): number {
  if (a === null || a === undefined || b === null || b === undefined) return NaN;
  const isText = (typeof a === 'string' || a instanceof SafeString) && (typeof b === 'string' || b instanceof SafeString);
  if (!isText) return numberOf(a) - numberOf(b);
  const left = display(a);
  const right = display(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** a[from:to] of a list or a text; negative places count from the end. */
export function slice(value: unknown, from: unknown, to: unknown): unknown {
  const start = from === null ? undefined : numberOf(from);
  const end = to === null ? undefined : numberOf(to);
  if (Array.isArray(value)) return value.slice(start, end);
  return typeof value === 'object' && value !== null && Symbol.iterator in value
    ? [...(value as Iterable<unknown>)].slice(start, end)
    : display(value).slice(start, end);
}
