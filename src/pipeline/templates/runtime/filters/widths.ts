/** Text of a width: characters are code points, not halves of them. Pure. */
import { Fault } from '../faults.ts';
import { numberOf } from '../operators.ts';

/** Padding beyond this is a mistake, or somebody's try to fill the memory. */
const MAX_WIDTH = 100_000;

/** A width of an argument; 0 for what is none. Fault beyond MAX_WIDTH. */
export function widthOf(width: unknown): number {
  const count = Math.trunc(numberOf(width));
  if (count > MAX_WIDTH) throw new Fault(`a width of ${count} is more than ${MAX_WIDTH}`);
  return count > 0 ? count : 0;
}

/** Spaces at the start, the end, or both as Python's str.center() has them. */
export function padded(text: string, width: number, side: 'start' | 'end' | 'both'): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  const left = side === 'start' ? missing : side === 'end' ? 0 : Math.floor(missing / 2) + (missing & width & 1);
  return ' '.repeat(left) + text + ' '.repeat(missing - left);
}
