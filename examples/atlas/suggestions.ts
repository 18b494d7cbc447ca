/** Guesses what someone wanted who asked for a page that does not exist. */
import { type Country, countries } from './data.ts';
import { MAX_QUERY_LENGTH, search } from './search.ts';
import { editDistance, fold } from './text.ts';

const SUGGESTION_COUNT = 4;
/** Edits per letter beyond which a name is another word. */
const FARTHEST = 0.5;

/** Up to four countries that the last part of `path` may have meant, the likeliest first. */
export function suggestCountries(path: string): Country[] {
  const last = path.split('/').filter((part) => part !== '').at(-1) ?? '';
  const wanted = fold(last.replace(/\.\w+$/u, '').replace(/[-_+\s]+/gu, ' ').slice(0, MAX_QUERY_LENGTH)).trim();
  if (wanted.length < 2) return [];
  const named = search(wanted).map((hit) => hit.country);
  return [...new Set([...named, ...similarlyNamed(wanted)])].slice(0, SUGGESTION_COUNT);
}

function similarlyNamed(wanted: string): Country[] {
  return countries
    .map((country) => ({ country, distance: distanceTo(country, wanted) }))
    .filter(({ distance }) => distance <= FARTHEST)
    .sort((a, b) => a.distance - b.distance)
    .map(({ country }) => country);
}

function distanceTo(country: Country, wanted: string): number {
  const name = fold(country.name);
  return editDistance(name, wanted) / Math.max(name.length, wanted.length);
}
