/**
 * Tags of what is stored: those that applications give, and those that every fragment of {% cache %} has, by which one is purged. Pure.
 */

/** Begins what no tag of an application begins with, and no field can hold. */
const MARK = '\u0001';

const TAG = /^[\x21-\x7e]+$/;

/** Whether an application may name stored answers and fragments so. */
export function isCacheTag(tag: string): boolean {
  return TAG.test(tag);
}

/** The tag of all fragments of a name, or of the one that varies on these values. TypeError as varyText(). */
export function fragmentTag(name: string, vary?: readonly unknown[]): string {
  return vary === undefined ? `${MARK}${name}` : `${MARK}${name}${MARK}${varyText(vary)}`;
}

/** One text for equal lists of values, another for others; 7 is "7". TypeError for a value that has no text of its own. */
export function varyText(values: readonly unknown[]): string {
  return JSON.stringify(values.map(partOf));
}

function partOf(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(partOf);
  if (value instanceof Date) return value.getTime();
  const text = (value as { toString?: unknown }).toString;
  // What all objects have is the same for any two of them: one visitor's fragment would be another's.
  if (typeof value === 'object' && typeof text === 'function' && text !== Object.prototype.toString) return String(value);
  throw new TypeError(`fragments vary on texts and numbers, not on ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}; name what tells one from another, such as user.id`);
}
