/** What the home page tells about the world, worked out from the data once. */
import { type Country, countries, neighboursOf, regions } from './data.ts';
import { formatArea, formatList, formatNumber } from './format.ts';

export interface Fact {
  label: string;
  /** The country it is about; null for facts about many. */
  country: Country | null;
  /** The answer when it is not a country. */
  value: string;
  detail: string;
}

export interface Totals {
  countries: number;
  independent: number;
  regions: number;
  languages: number;
  currencies: number;
}

export const totals: Totals = {
  countries: countries.length,
  independent: countries.filter((country) => country.independent).length,
  regions: regions.length,
  languages: new Set(countries.flatMap((country) => country.languages)).size,
  currencies: new Set(countries.flatMap((country) => country.currencies.map(({ code }) => code))).size,
};

export const facts: readonly Fact[] = [
  about('Largest', most((country) => country.area ?? 0), (country) => formatArea(country) ?? ''),
  about('Smallest', most((country) => -(country.area ?? Infinity)), (country) => formatArea(country) ?? ''),
  about('Most neighbours', most((country) => country.borders.length), (country) => `${country.borders.length} countries and territories across a land border`),
  about('Most official languages', most((country) => country.languages.length), (country) => `${country.languages.length} of them`),
  landlocked(),
  doublyLandlocked(),
  sharedCurrency(),
  islands(),
];

function about(label: string, country: Country, detail: (country: Country) => string): Fact {
  return { label, country, value: country.name, detail: detail(country) };
}

/** Among independent countries; the first by name where several are equal. */
function most(measure: (country: Country) => number): Country {
  return countries
    .filter((country) => country.independent)
    .reduce((best, country) => (measure(country) > measure(best) ? country : best));
}

function landlocked(): Fact {
  const found = countries.filter((country) => country.landlocked);
  return { label: 'Landlocked', country: null, value: formatNumber(found.length), detail: 'countries without a coast' };
}

function doublyLandlocked(): Fact {
  const found = countries.filter(
    (country) =>
      country.independent && country.landlocked && country.borders.length > 0 && neighboursOf(country).every((other) => other.landlocked),
  );
  return {
    label: 'Doubly landlocked',
    country: null,
    value: formatNumber(found.length),
    detail: `${formatList(found.map(({ name }) => name))}: all neighbours are landlocked too`,
  };
}

function sharedCurrency(): Fact {
  const users = new Map<string, { name: string; count: number }>();
  for (const { code, name } of countries.flatMap((country) => country.currencies)) {
    const entry = users.get(code);
    if (entry === undefined) users.set(code, { name, count: 1 });
    else entry.count++;
  }
  const widest = [...users.values()].reduce((best, entry) => (entry.count > best.count ? entry : best));
  return { label: 'Most shared currency', country: null, value: widest.name, detail: `used in ${widest.count} countries and territories` };
}

function islands(): Fact {
  const found = countries.filter((country) => country.independent && country.borders.length === 0);
  return { label: 'No land border', country: null, value: formatNumber(found.length), detail: 'independent countries, nearly all of them islands' };
}
