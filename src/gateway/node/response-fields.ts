/**
 * From the header of a Node response to the gateway's field list. The application's thread.
 */
import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';

/** A value as setHeader() and writeHead() take it. */
type Value = string | number | readonly string[];

/** What writeHead() was given: an object, a flat list, or a list of pairs. */
export type GivenHeader = Readonly<Record<string, Value>> | readonly unknown[] | undefined | null;

/** Fields that were set one by one; node:http has checked them. `unique`: names whose values make one line. */
export function fieldsSet(response: ServerResponse, names: readonly string[], unique: ReadonlySet<string>): string[] {
  const flat: string[] = [];
  for (const name of names) add(flat, name, response.getHeader(name) as Value, unique);
  return flat;
}

/** Fields that only writeHead() named. Throws node:http's errors for names and values that cannot be sent. */
export function fieldsGiven(given: GivenHeader, unique: ReadonlySet<string>): string[] {
  const flat: string[] = [];
  for (const [name, value] of pairsOf(given)) {
    validateHeaderName(name);
    for (const line of Array.isArray(value) ? value : [value]) validateHeaderValue(name, line as string);
    add(flat, name, value, unique);
  }
  return flat;
}

/** Whether the listener wants the connection to end behind the answer: Connection: close (RFC 9112 9.6). */
export function endsConnection(flat: readonly string[]): boolean {
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (name.length === 10 && name.toLowerCase() === 'connection' && /(?:^|\W)close(?:$|\W)/i.test(flat[i + 1] as string)) return true;
  }
  return false;
}

function* pairsOf(given: GivenHeader): Iterable<[string, Value]> {
  if (given === undefined || given === null) return;
  if (!Array.isArray(given)) return yield* Object.entries(given as Readonly<Record<string, Value>>);
  if (Array.isArray(given[0])) return yield* given as [string, Value][];
  if (given.length % 2 !== 0) throw Object.assign(new TypeError("The argument 'headers' is not a list of names and values"), { code: 'ERR_INVALID_ARG_VALUE' });
  for (let i = 0; i < given.length; i += 2) yield [given[i] as string, given[i + 1] as Value];
}

/** A list is a line for each value, unless the name is to be unique. */
function add(flat: string[], name: string, value: Value, unique: ReadonlySet<string>): void {
  if (typeof value === 'string') flat.push(name, value);
  else if (typeof value === 'number') flat.push(name, String(value));
  else if (unique.size > 0 && unique.has(name.toLowerCase())) flat.push(name, value.join('; '));
  else for (const line of value) flat.push(name, String(line));
}
