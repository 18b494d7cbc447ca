/** The JSON API: the same data for programs, and for the suggestions of the search field. */
import { NotFound, type View, json, reverse } from 'fastserve';
import { type Country, countries, findCountry, findRegion, neighboursOf } from '../data.ts';
import { cleanQuery, search } from '../search.ts';

const MAX_LIMIT = countries.length;

/** GET api/countries/?region=europe&q=ger&limit=6: each parameter narrows the list. 400 for a region or limit that is none. */
export const countryList: View = (request) => {
  const region = request.query.get('region');
  if (region !== undefined && findRegion(region) === undefined) {
    return json({ error: 'unknown region' }, { status: 400 });
  }
  const limit = limitOf(request.query.get('limit') ?? '');
  if (limit === null) return json({ error: `limit must be a whole number from 1 to ${MAX_LIMIT}` }, { status: 400 });
  const query = cleanQuery(request.query.get('q') ?? '');
  const found = (query === '' ? countries : search(query).map((hit) => hit.country)).filter(
    (country) => region === undefined || country.regionSlug === region,
  );
  return json({ count: found.length, countries: found.slice(0, limit).map(summary) });
};

/** GET api/countries/deu/. 404 as JSON for a code that is none. */
export const countryDetail: View = (_request, params) => {
  const country = findCountry(params.code);
  if (country === undefined) throw new NotFound();
  return json(detail(country));
};

/** null for a limit that is no limit. */
function limitOf(text: string): number | null {
  if (text === '') return MAX_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MAX_LIMIT ? limit : null;
}

function summary(country: Country) {
  return {
    code: country.code,
    name: country.name,
    region: country.regionName,
    subregion: country.subregion,
    capital: country.capitals,
    area: country.area,
    flag: `/flags/${country.slug}.svg`,
    url: reverse('country', { code: country.slug }),
  };
}

function detail(country: Country) {
  return {
    ...summary(country),
    alpha2: country.alpha2,
    officialName: country.officialName,
    nativeNames: country.nativeNames,
    translations: country.translations,
    independent: country.independent,
    unMember: country.unMember,
    landlocked: country.landlocked,
    languages: country.languages,
    currencies: country.currencies,
    callingCodes: country.callingCodes,
    topLevelDomains: country.topLevelDomains,
    position: { latitude: country.latitude, longitude: country.longitude },
    neighbours: neighboursOf(country).map(({ code }) => code),
  };
}
