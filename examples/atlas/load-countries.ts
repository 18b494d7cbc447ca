/** From the data set's own shape to the atlas': names sorted, gaps made explicit, areas ranked. */
import type { Country, NamePair } from './data.ts';
import { readDataset } from './dataset.ts';
import type { RawCountry } from './raw-country.ts';

const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** All countries in order of their English names. Reads a file: call it once. */
export function loadCountries(): Country[] {
  const raw = readDataset('countries.json') as RawCountry[];
  const nameOf = new Map(raw.map((entry) => [entry.cca3, entry.name.common]));
  const list = raw.map((entry) => toCountry(entry, nameOf));
  list.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  rankByArea(list);
  return list;
}

function toCountry(raw: RawCountry, nameOf: ReadonlyMap<string, string>): Country {
  const byName = (a: string, b: string) => (nameOf.get(a) ?? a).localeCompare(nameOf.get(b) ?? b, 'en');
  return {
    code: raw.cca3,
    slug: raw.cca3.toLowerCase(),
    alpha2: raw.cca2,
    numeric: raw.ccn3,
    name: raw.name.common,
    officialName: raw.name.official,
    nativeNames: toNames(raw.name.native, raw.languages),
    translations: toNames(raw.translations, {}).sort((a, b) => a.language.localeCompare(b.language, 'en')),
    aliases: raw.altSpellings,
    capitals: raw.capital.filter((capital) => capital !== ''),
    regionSlug: raw.region.toLowerCase(),
    regionName: raw.region,
    subregion: raw.subregion,
    area: raw.area > 0 ? raw.area : null,
    areaRank: null,
    independent: raw.independent,
    unMember: raw.unMember,
    landlocked: raw.landlocked,
    languages: Object.values(raw.languages),
    currencies: Object.entries(raw.currencies).map(([code, { name, symbol }]) => ({ code, name, symbol })),
    callingCodes: toCallingCodes(raw.idd.root, raw.idd.suffixes),
    topLevelDomains: raw.tld,
    demonym: raw.demonyms['eng']?.m ?? '',
    borders: [...raw.borders].sort(byName),
    latitude: raw.latlng[0],
    longitude: raw.latlng[1],
  };
}

function toNames(names: RawCountry['translations'], known: Record<string, string>): NamePair[] {
  return Object.entries(names).map(([code, { common, official }]) => ({
    language: known[code] ?? languageNames.of(code) ?? code,
    tag: Intl.getCanonicalLocales(code)[0] ?? code,
    common,
    official: official.trim(),
  }));
}

/**
 * The set splits a dialling code into root and suffixes. More than three suffixes are area codes within the country
 * (United States: "+1" and several hundred), so the root alone is the country's code.
 */
function toCallingCodes(root: string, suffixes: readonly string[]): string[] {
  if (root === '') return [];
  if (suffixes.length === 0 || suffixes.length > 3) return [root];
  const separator = root === '+1' ? ' ' : '';
  return suffixes.map((suffix) => (suffix === '' ? root : root + separator + suffix));
}

function rankByArea(list: readonly Country[]): void {
  const largestFirst = list.filter((country) => country.area !== null);
  largestFirst.sort((a, b) => (b.area ?? 0) - (a.area ?? 0));
  largestFirst.forEach((country, index) => {
    country.areaRank = index + 1;
  });
}
