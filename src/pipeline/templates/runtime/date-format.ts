/**
 * Dates in Django's format letters: formatDate(date, 'j F Y, H:i') → "3 May 2024, 16:05".
 */

/** The text of a date; "" for one that is no date. */
export type DateFormatter = (date: Date, format: string) => string;

/** A date as clocks of a time zone show it. */
interface Clock {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zone: string;
  /** Whether it is daylight saving time. Asks for two more dates, so it is done for those who want it. */
  readonly isSummer: () => boolean;
  readonly epoch: number;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** Associated Press style. */
const AP_MONTHS = ['Jan.', 'Feb.', 'March', 'April', 'May', 'June', 'July', 'Aug.', 'Sept.', 'Oct.', 'Nov.', 'Dec.'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (value: number): string => String(value).padStart(2, '0');
const hour12 = ({ hour }: Clock): number => hour % 12 || 12;
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const dayOfYear = ({ year, month, day }: Clock): number => Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000);
const monthName = ({ month }: Clock): string => MONTHS[month - 1] as string;
const dayName = ({ weekday }: Clock): string => DAYS[weekday] as string;
const halfOfDay = ({ hour }: Clock): string => (hour < 12 ? 'a.m.' : 'p.m.');
const minutesUnlessZero = (clock: Clock): string => (clock.minute === 0 ? '' : `:${two(clock.minute)}`);

/** https://docs.djangoproject.com/en/stable/ref/templates/builtins/#date */
const LETTERS: Readonly<Record<string, (clock: Clock) => string | number>> = {
  d: ({ day }) => two(day),
  j: ({ day }) => day,
  D: (clock) => dayName(clock).slice(0, 3),
  l: dayName,
  S: ({ day }) => (day % 100 >= 11 && day % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')),
  w: ({ weekday }) => weekday,
  z: dayOfYear,
  W: (clock) => isoWeek(clock).week,
  o: (clock) => isoWeek(clock).year,
  m: ({ month }) => two(month),
  n: ({ month }) => month,
  M: (clock) => monthName(clock).slice(0, 3),
  b: (clock) => monthName(clock).slice(0, 3).toLowerCase(),
  E: monthName,
  F: monthName,
  N: ({ month }) => AP_MONTHS[month - 1] as string,
  t: ({ year, month }) => new Date(Date.UTC(year, month, 0)).getUTCDate(),
  y: ({ year }) => two(year % 100),
  Y: ({ year }) => String(year).padStart(4, '0'),
  L: ({ year }) => (isLeap(year) ? 'True' : 'False'),
  g: hour12,
  G: ({ hour }) => hour,
  h: (clock) => two(hour12(clock)),
  H: ({ hour }) => two(hour),
  i: ({ minute }) => two(minute),
  s: ({ second }) => two(second),
  u: ({ milliseconds }) => String(milliseconds * 1000).padStart(6, '0'),
  a: halfOfDay,
  A: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  f: (clock) => `${hour12(clock)}${minutesUnlessZero(clock)}`,
  P: (clock) => {
    if (clock.minute === 0 && clock.hour === 0) return 'midnight';
    if (clock.minute === 0 && clock.hour === 12) return 'noon';
    return `${hour12(clock)}${minutesUnlessZero(clock)} ${halfOfDay(clock)}`;
  },
  e: ({ zone }) => zone,
  T: ({ zone }) => zone,
  O: ({ offset }) => offsetText(offset, ''),
  Z: ({ offset }) => offset * 60,
  U: ({ epoch }) => Math.floor(epoch / 1000),
  c: (clock) => `${format(clock, 'Y-m-d')}T${format(clock, 'H:i:s')}${offsetText(clock.offset, ':')}`,
  r: (clock) => format(clock, 'D, d M Y H:i:s O'),
  I: ({ isSummer }) => (isSummer() ? 1 : 0),
};
/** Django's names of formats, in its English locale. */
const NAMED: Readonly<Record<string, string>> = {
  DATE_FORMAT: 'N j, Y',
  TIME_FORMAT: 'P',
  DATETIME_FORMAT: 'N j, Y, P',
  SHORT_DATE_FORMAT: 'm/d/Y',
  SHORT_DATETIME_FORMAT: 'm/d/Y P',
  YEAR_MONTH_FORMAT: 'F Y',
  MONTH_DAY_FORMAT: 'F j',
};

/** A formatter for an IANA time zone. RangeError for a zone that is not known. */
export function makeDateFormatter(timeZone: string): DateFormatter {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const zoneName = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  return (date, pattern) => (Number.isNaN(date.getTime()) ? '' : format(clockOf(date, parts, zoneName), NAMED[pattern] ?? pattern));
}

function clockOf(date: Date, parts: Intl.DateTimeFormat, zoneName: Intl.DateTimeFormat): Clock {
  const local = localTime(date, parts);
  const shown = new Date(local);
  const year = shown.getUTCFullYear();
  const offset = minutesBetween(date, local);
  return {
    year,
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
    milliseconds: date.getMilliseconds(),
    offset,
    zone: zoneName.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '',
    // Clocks that are put forward are so in one half of the year.
    isSummer: () => offset > Math.min(...[0, 6].map((month) => offsetAt(new Date(Date.UTC(year, month, 1)), parts))),
    epoch: date.getTime(),
  };
}

/** What clocks show, as if it were UTC, to the second. */
function localTime(date: Date, parts: Intl.DateTimeFormat): number {
  const found: Record<string, number> = {};
  for (const { type, value } of parts.formatToParts(date)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The offset of clocks that show `local` at `date`. */
function minutesBetween(date: Date, local: number): number {
  return Math.round((local - date.getTime()) / 60_000);
}

function offsetAt(date: Date, parts: Intl.DateTimeFormat): number {
  return minutesBetween(date, localTime(date, parts));
}

/** A backslash takes the letter behind it as it is. */
function format(clock: Clock, pattern: string): string {
  return pattern.replace(/\\([^])|([A-Za-z])/g, (whole, escaped: string | undefined, letter: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const make = Object.hasOwn(LETTERS, letter as string) ? LETTERS[letter as string] : undefined;
    return make === undefined ? whole : String(make(clock));
  });
}

/** Week and its year by ISO 8601: week 1 has the year's first Thursday. */
function isoWeek({ year, month, day }: Clock): { week: number; year: number } {
  const thursday = new Date(Date.UTC(year, month - 1, day));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const weekYear = thursday.getUTCFullYear();
  return { week: 1 + Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / (7 * 86_400_000)), year: weekYear };
}

function offsetText(offset: number, separator: string): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}
