/** Filters on dates: Date objects, milliseconds, or text that Date understands. */
import type { DateFormatter } from '../date-format.ts';
import { display } from '../escape.ts';
import type { Filter } from '../library.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CHUNKS: readonly (readonly [string, number])[] = [
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  return new Date(Array.isArray(value) || display(value) === '' ? NaN : display(value));
}

/** The two largest units between two times, as Django's timesince: "1 year, 3 months". No-break spaces inside of each. */
function distance(from: Date, to: Date): string {
  if (Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())) return '';
  if (to.getTime() - from.getTime() < MINUTE) return '0\u00a0minutes';
  const months = monthsBetween(from, to);
  const anchor = new Date(from);
  anchor.setUTCDate(1);
  anchor.setUTCMonth(from.getUTCMonth() + months);
  anchor.setUTCDate(Math.min(from.getUTCDate(), new Date(Date.UTC(anchor.getUTCFullYear(), anchor.getUTCMonth() + 1, 0)).getUTCDate()));
  let rest = to.getTime() - anchor.getTime();
  const units: [string, number][] = [
    ['year', Math.floor(months / 12)],
    ['month', months % 12],
  ];
  for (const [unit, size] of CHUNKS) {
    units.push([unit, Math.floor(rest / size)]);
    rest %= size;
  }
  const first = units.findIndex(([, count]) => count > 0);
  const shown = units.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => `${count}\u00a0${unit}${count === 1 ? '' : 's'}`).join(', ');
}

function monthsBetween(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const timeOfMonth = (date: Date): number => date.getUTCDate() * DAY + (date.getTime() % DAY);
  return timeOfMonth(to) < timeOfMonth(from) ? months - 1 : months;
}

export function makeDateFilters(format: DateFormatter): Readonly<Record<string, Filter>> {
  return {
    date: (value, pattern) => format(dateOf(value), display(pattern) || 'DATE_FORMAT'),
    time: (value, pattern) => format(dateOf(value), display(pattern) || 'TIME_FORMAT'),
    timesince: (value, now) => distance(dateOf(value), now === undefined ? new Date() : dateOf(now)),
    timeuntil: (value, now) => distance(now === undefined ? new Date() : dateOf(now), dateOf(value)),
  };
}
