/**
 * Sizes, times and counts as people write them. Each parser gives undefined for what it does not understand; the schema words the message.
 */
export { parseDuration, parseSize } from '../../quantities.ts';

/** A whole number within [low, high]. */
export function parseWhole(value: unknown, low: number, high: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
}

/** As parseWhole, from text of the environment or the command line. */
export function parseWholeText(text: string, low: number, high: number): number | undefined {
  return /^\d{1,9}$/.test(text) ? parseWhole(Number(text), low, high) : undefined;
}
