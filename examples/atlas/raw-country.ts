/** One entry of countries.json as world-countries 5.1.0 publishes it; only the members that the atlas reads. */
export interface RawCountry {
  name: RawName & { native: Record<string, RawName> };
  tld: string[];
  cca2: string;
  cca3: string;
  ccn3: string;
  /** null for one entry whose status is disputed. */
  independent: boolean | null;
  unMember: boolean;
  currencies: Record<string, { name: string; symbol: string }>;
  idd: { root: string; suffixes: string[] };
  /** Empty, or with one empty string, where there is none. */
  capital: string[];
  altSpellings: string[];
  region: string;
  subregion: string;
  /** ISO 639-3 code to English name. */
  languages: Record<string, string>;
  translations: Record<string, RawName>;
  /** Latitude, longitude. */
  latlng: [number, number];
  landlocked: boolean;
  borders: string[];
  /** Square kilometres, -1 when unknown. */
  area: number;
  demonyms: Record<string, { f: string; m: string }>;
}

export interface RawName {
  common: string;
  official: string;
}
