/** Numbers and lists as readers expect them in English. Pure functions. */
import type { Country } from './data.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const list = new Intl.ListFormat('en', { type: 'conjunction' });
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

const SQUARE_MILES_PER_SQUARE_KILOMETRE = 0.386102;

/** "357,114"; below 100 with three significant digits, so that the Vatican's 0.44 stays visible. */
export function formatNumber(value: number): string {
  return value < 100 ? fine.format(value) : whole.format(value);
}

/** "357,114 km²", or null when the area is unknown. */
export function formatArea(country: Country): string | null {
  return country.area === null ? null : `${formatNumber(country.area)} km²`;
}

/** "137,883 sq mi", or null when the area is unknown. */
export function formatSquareMiles(country: Country): string | null {
  return country.area === null ? null : `${formatNumber(country.area * SQUARE_MILES_PER_SQUARE_KILOMETRE)} sq mi`;
}

/** "a, b, and c". */
export function formatList(items: readonly string[]): string {
  return list.format(items);
}

/** "1st", "22nd", "113th". */
export function formatOrdinal(value: number): string {
  const suffixes: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };
  return `${value}${suffixes[ordinals.select(value)] ?? 'th'}`;
}

/** "51° N, 9° E", to a whole degree (the data set's own precision for most countries). */
export function formatPosition(country: Country): string {
  const part = (degrees: number, positive: string, negative: string) =>
    `${Math.abs(Math.round(degrees))}° ${degrees < 0 ? negative : positive}`;
  return `${part(country.latitude, 'N', 'S')}, ${part(country.longitude, 'E', 'W')}`;
}
