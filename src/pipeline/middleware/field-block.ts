/**
 * Response fields that are checked when the application is loaded, and then added to each response without a second look.
 *
 * DESIGN: ResponseHeaders checks names and values with regular expressions, because they may come from anywhere. For what is the
 * same in every response that is most of a middleware's cost (bench/middlewares.mjs), so this goes around it: flat() is the list
 * itself and not a copy. Names here are lower-case, as they are there.
 */
import { Head } from '../../gateway/contract.ts';
import type { Response } from '../../http/response.ts';
import { ResponseHeaders } from '../../http/response-headers.ts';
import { refuse } from '../check-options.ts';

/** name, value, name, value... in the form that ResponseHeaders has. FastServeError (FS_APP) for what cannot be sent. */
export function checkedFields(call: string, fields: Readonly<Record<string, string>>): readonly string[] {
  const headers = new ResponseHeaders();
  try {
    for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  } catch (error) {
    refuse(call, (error as Error).message);
  }
  return headers.flat();
}

/** Adds those whose name the response does not have. `fields` must come from checkedFields(). */
export function addMissing(response: Response, fields: readonly string[]): void {
  const flat = response.headers.flat() as string[];
  const end = flat.length;
  for (let i = 0; i < fields.length; i += 2) {
    if (!includesName(flat, end, fields[i] as string)) flat.push(fields[i] as string, fields[i + 1] as string);
  }
}

/** Adds one line. The name must be a lower-case token, the value visible ASCII. */
export function addLine(response: Response, name: string, value: string): void {
  (response.headers.flat() as string[]).push(name, value);
}

/** Adds one line unless the response has the name. Name and value as addLine() wants them. */
export function addMissingLine(response: Response, name: string, value: string): void {
  const flat = response.headers.flat() as string[];
  if (!includesName(flat, flat.length, name)) flat.push(name, value);
}

/**
 * The value by lower-case name, several lines joined with ", ". Unlike response.headers it builds nothing, so that a reusable
 * head stays one.
 */
export function valueOf(response: Response, name: string): string | undefined {
  const { fields } = response;
  const flat = fields instanceof Head ? fields.lowerCased : fields;
  let value: string | undefined;
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === name) value = value === undefined ? flat[i + 1] : `${value}, ${flat[i + 1]}`;
  }
  return value;
}

function includesName(flat: readonly string[], end: number, name: string): boolean {
  for (let i = 0; i < end; i += 2) if (flat[i] === name) return true;
  return false;
}
