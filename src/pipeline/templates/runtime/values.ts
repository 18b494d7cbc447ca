/**
 * Writing a value into the gathered page. Generated code calls these for every output, so their first lines are the usual cases.
 *
 * Two forms of each: the plain one leaves U+001B in values to the count guard; the strict one writes ESC_BYTE for it and counts.
 */
import { display } from './escape.ts';
import { ESC, ESC_BYTE, ESC_ON, RAW_ON } from './literals.ts';
import { numberText } from './number-text.ts';
import { SafeString } from './safe-string.ts';
import type { RenderState } from './state.ts';
import { UndefinedValue } from './faults.ts';

/** Writes a value; gives what goes into the payload and adds to state.n what tokens it holds. */
export type Writer = (state: RenderState, value: unknown) => string;

/** A value that will be escaped. */
export const writeValue: Writer = (state, value) =>
  typeof value === 'string' ? value : typeof value === 'number' ? numberText(value) : writeOther(state, value);

/** A value where nothing is escaped. */
export const writeRaw: Writer = (state, value) => (typeof value === 'string' ? value : textOf(state, value));

export const writeValueStrictly: Writer = (state, value) =>
  value instanceof SafeString ? writeSafe(state, strictly(state, value.toString())) : strictly(state, textOf(state, value));

export const writeRawStrictly: Writer = (state, value) => strictly(state, textOf(state, value));

function writeOther(state: RenderState, value: unknown): string {
  return value instanceof SafeString ? writeSafe(state, value.toString()) : textOf(state, value);
}

function writeSafe(state: RenderState, text: string): string {
  state.n += 2;
  return RAW_ON + text + ESC_ON;
}

/** The text of any value. UndefinedValue for undefined in development. */
export function textOf(state: RenderState, value: unknown): string {
  if (value === undefined && state.services.debug) throw new UndefinedValue();
  return value instanceof Date ? state.services.dateText(value) : display(value);
}

function strictly(state: RenderState, text: string): string {
  if (!text.includes(ESC)) return text;
  const pieces = text.split(ESC);
  state.n += pieces.length - 1;
  return pieces.join(ESC_BYTE);
}
