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

/** For templates: a rating of 1 to 5 as "★★★☆☆". */
export function starsFilter(rating: number): string {
  const full = Math.round(rating);
  return '★'.repeat(full) + '☆'.repeat(Math.max(0, 5 - full));
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000_000], ['month', 2_592_000_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

/** For templates: milliseconds since 1970 as "3 minutes ago". */
export function agoFilter(then: number): string {
  const passed = Date.now() - then;
  const [unit, length] = STEPS.find(([, step]) => passed >= step) ?? ['second', 1000];
  return unit === 'second' ? 'just now' : relative.format(-Math.floor(passed / length), unit);
}
