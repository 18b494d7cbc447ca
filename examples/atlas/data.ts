/**
 * The atlas' data: every country and territory of the data set, read once when the module loads, in the shape that the
 * pages need. Everything exported is immutable by convention and shared by all requests of a worker.
 */
import { loadCountries } from './load-countries.ts';

export interface NamePair {
  /** English name of the language. */
  language: string;
  /** BCP 47 tag for the lang attribute. */
  tag: string;
  common: string;
  official: string;
}

export interface Currency {
  code: string;
  name: string;
  symbol: string;
}

export interface Country {
  /** ISO 3166-1 alpha-3, upper-case: "DEU". */
  code: string;
  /** The same in lower case, as it stands in URLs and file names: "deu". */
  slug: string;
  /** ISO 3166-1 alpha-2: "DE". */
  alpha2: string;
  /** ISO 3166-1 numeric, "" when none is assigned. */
  numeric: string;
  name: string;
  officialName: string;
  nativeNames: NamePair[];
  translations: NamePair[];
  /** Other spellings, among them the English official name. */
  aliases: string[];
  capitals: string[];
  regionSlug: string;
  regionName: string;
  /** "" for the Antarctic. */
  subregion: string;
  /** Square kilometres; null where the data set does not know. */
  area: number | null;
  /** 1 for the largest; null without an area. */
  areaRank: number | null;
  /** null where that is disputed. */
  independent: boolean | null;
  unMember: boolean;
  landlocked: boolean;
  languages: string[];
  currencies: Currency[];
  /** "+49", "+1 809". */
  callingCodes: string[];
  topLevelDomains: string[];
  demonym: string;
  /** Upper-case codes of the countries across a land border, in order of their names. */
  borders: string[];
  latitude: number;
  longitude: number;
}

export interface Region {
  slug: string;
  name: string;
  /** In order of their names. */
  countries: Country[];
  /** Distinct, in order; empty for the Antarctic. */
  subregions: string[];
}

/** All countries in order of their English names. */
export const countries: readonly Country[] = loadCountries();

/** All regions, the one with the most countries first. */
export const regions: readonly Region[] = groupByRegion(countries);

const byAlpha3 = new Map(countries.map((country) => [country.code, country]));
const byAlpha2 = new Map(countries.map((country) => [country.alpha2, country]));
const bySlug = new Map(regions.map((region) => [region.slug, region]));

/** The country with this two- or three-letter code, in any case. */
export function findCountry(code: string): Country | undefined {
  const upper = code.toUpperCase();
  return byAlpha3.get(upper) ?? byAlpha2.get(upper);
}

/** The region with this slug ("europe"). */
export function findRegion(slug: string): Region | undefined {
  return bySlug.get(slug);
}

/** The countries across a land border, in order of their names. */
export function neighboursOf(country: Country): Country[] {
  return country.borders.flatMap((code) => byAlpha3.get(code) ?? []);
}

function groupByRegion(list: readonly Country[]): Region[] {
  const found = new Map<string, Region>();
  for (const country of list) {
    let region = found.get(country.regionSlug);
    if (region === undefined) {
      region = { slug: country.regionSlug, name: country.regionName, countries: [], subregions: [] };
      found.set(region.slug, region);
    }
    region.countries.push(country);
    if (country.subregion !== '' && !region.subregions.includes(country.subregion)) region.subregions.push(country.subregion);
  }
  for (const region of found.values()) region.subregions.sort();
  return [...found.values()].sort((a, b) => b.countries.length - a.countries.length);
}
