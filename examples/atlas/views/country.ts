/** A country's page, at one address only: other spellings of its code are redirected to the lower-case three letters. */
import { NotFound, type View, redirect, render, reverse } from 'fastserve';
import { type Country, countries, findCountry, findRegion, neighboursOf } from '../data.ts';
import { formatArea, formatList, formatOrdinal, formatPosition, formatSquareMiles } from '../format.ts';
import { countryMap } from '../geography/maps.ts';
import { notes, ratingOf } from '../models/notes.ts';

const SHOWN_NOTES = 3;

export const country: View = (request, params) => {
  const code: string = params.code;
  const found = findCountry(code);
  if (found === undefined) throw new NotFound();
  if (code !== found.slug) return redirect(reverse('country', { code: found.slug }), 301);
  const summary = summaryOf(found);
  return render(request, 'country.html', {
    page: { title: found.name, description: summary },
    country: found,
    summary,
    area: { metric: formatArea(found), imperial: formatSquareMiles(found), rank: rankOf(found) },
    position: formatPosition(found),
    nativeNames: found.nativeNames.filter((names) => names.official !== found.officialName),
    neighbours: neighboursOf(found),
    map: countryMap(found),
    notes: notes({ country: found.slug }).slice(0, SHOWN_NOTES),
    rating: ratingOf(found.slug),
    ...aroundInRegion(found),
  });
};

/** Subregions that cannot follow "in" as they are. */
const PLACES: Record<string, string> = { Caribbean: 'the Caribbean', 'Australia and New Zealand': 'Oceania', '': 'the Antarctic' };

/** "Germany is a country in Western Europe. Its capital is Berlin." */
function summaryOf({ name, independent, subregion, capitals, landlocked }: Country): string {
  const noun = independent === null ? 'place' : independent ? 'country' : 'territory';
  const kind = landlocked ? `landlocked ${noun}` : noun;
  const seat = capitals.length === 0 ? '' : ` Its ${capitals.length > 1 ? 'capitals are' : 'capital is'} ${formatList(capitals)}.`;
  return `${name} is a ${kind} in ${PLACES[subregion] ?? subregion}.${seat}`;
}

function rankOf({ areaRank }: Country): string | null {
  if (areaRank === null) return null;
  return areaRank === 1 ? 'largest in the world' : `${formatOrdinal(areaRank)} largest of ${countries.length}`;
}

/** The countries before and after it in its region's list, which is closed to a ring. */
function aroundInRegion(current: Country): { previous: Country | undefined; next: Country | undefined } {
  const list = findRegion(current.regionSlug)?.countries ?? [];
  const at = list.indexOf(current);
  return { previous: list.at(at - 1), next: list[(at + 1) % list.length] };
}
