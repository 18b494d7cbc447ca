/** Checks of the options that middlewares and decorators take, done when the application is loaded. */
import { FastServeError } from '../errors.ts';
import { suggest } from '../nearest.ts';

/** FastServeError (FS_APP) when options has a key that is not among `known`. `call` begins the message: "csrf()". */
export function checkKeys(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) refuse(call, `expected an object of options, got ${String(options)}`);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    refuse(call, `unknown option '${key}'; ${near === undefined ? `expected one of ${known.join(', ')}` : `did you mean '${near}'?`}`);
  }
}

/** FastServeError (FS_APP) unless the value is a number of at least `least`, whole where `whole`. */
export function checkNumber(call: string, name: string, value: unknown, least: number, whole = true): void {
  if (typeof value === 'number' && value >= least && (whole ? Number.isSafeInteger(value) : Number.isFinite(value))) return;
  refuse(call, `${name} is ${shown(value)}; expected a${whole ? ' whole' : ''} number of at least ${least}`);
}

/** FastServeError (FS_APP) unless the value is one of `allowed`. */
export function checkChoice(call: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  refuse(call, `${name} is ${shown(value)}; expected ${allowed.map(shown).join(' or ')}`);
}

/** Throws FastServeError (FS_APP) that begins with the call. */
export function refuse(call: string, message: string): never {
  throw new FastServeError('FS_APP', `${call}: ${message}`);
}

/** A value for a message: bounded, quoted. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
}
