/**
 * "did you mean" for names that do not exist. Pure.
 */
import { suggest } from '../../nearest.ts';

/** ' (did you mean "title"?)' for the known name nearest to a wrong one, '' when none is near. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const nearest = suggest(wrong, [...known]);
  return nearest === undefined || nearest === wrong ? '' : ` (did you mean "${nearest}"?)`;
}
