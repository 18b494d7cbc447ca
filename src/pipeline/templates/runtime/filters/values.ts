/** Filters on numbers and on values that may be missing. */
import { display } from '../escape.ts';
import type { Filter } from '../library.ts';
import { numberOf, truth } from '../operators.ts';
import { SafeString } from '../safe-string.ts';

const BINARY_UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** A number from a number or a text of one; NaN for anything else, dates and lists among it. */
function quantityOf(value: unknown): number {
  return value instanceof Date ? NaN : numberOf(value);
}

/** The whole number that Python's int() makes: of numbers without their fraction, of texts only where they have none. NaN for others. */
function wholeOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Math.trunc(Number(value));
  return /^\s*[-+]?\d+\s*$/.test(display(value)) && !Array.isArray(value) ? Number(display(value)) : NaN;
}

/** Django adds whole numbers if both are some, then what can be put together: texts, lists. Nothing comes of others. A value that is missing is an empty text. */
function add(value: unknown = '', other: unknown = ''): unknown {
  const sum = wholeOf(value) + wholeOf(other);
  if (!Number.isNaN(sum)) return sum;
  if (isText(value) && isText(other)) {
    const text = display(value) + display(other);
    return value instanceof SafeString && other instanceof SafeString ? new SafeString(text) : text;
  }
  return Array.isArray(value) && Array.isArray(other) ? [...(value as unknown[]), ...(other as unknown[])] : '';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof SafeString;
}

/**
 * Django's: 34.23234|floatformat → 34.2, |floatformat:3 → 34.232, |floatformat:"-3" drops zeros only, "g" groups by thousands. An argument that is no number
 * of places leaves the value as it is.
 */
function floatFormat(value: unknown, argument: unknown = -1): unknown {
  const spec = display(argument);
  const number = quantityOf(value);
  if (Number.isNaN(number) || !Number.isFinite(number)) return Number.isNaN(number) ? '' : String(number);
  if (!/^(?:-?\d+[gu]*|[gu]+)$/.test(spec)) return value;
  const places = Number.parseInt(spec, 10);
  const digits = Math.min(Math.abs(Number.isNaN(places) ? -1 : places), 100);
  const isWhole = (Number.isNaN(places) || places < 0 || Object.is(places, -0)) && Number.isInteger(number);
  const text = isWhole ? String(number) : rounded(number, digits);
  return spec.includes('g') ? text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',') : text;
}

/** Half away from zero, on the decimal digits as they are written. */
function rounded(number: number, digits: number): string {
  const text = Number(`${Math.round(Number(`${Math.abs(number)}e${digits}`))}e-${digits}`).toFixed(digits);
  if (text === 'NaN') return number.toFixed(digits);
  return number < 0 && Number(text) !== 0 ? `-${text}` : text;
}

function round(value: unknown, precision: unknown = 0, method: unknown = 'common'): number {
  const factor = 10 ** numberOf(precision);
  const scaled = numberOf(value) * factor;
  const whole =
    method === 'ceil' ? Math.ceil(scaled) : method === 'floor' ? Math.floor(scaled) : Math.sign(scaled) * Math.round(Math.abs(scaled));
  return whole / factor;
}

/** "13 KB", with the no-break space of Django's. */
function fileSize(value: unknown): string {
  const bytes = wholeOf(value);
  if (Number.isNaN(bytes)) return '0\u00a0bytes';
  const size = Math.abs(bytes);
  if (size < 1024) return `${bytes}\u00a0byte${size === 1 ? '' : 's'}`;
  const exponent = Math.min(BINARY_UNITS.length, Math.floor(Math.log(size) / Math.log(1024)));
  return `${(bytes / 1024 ** exponent).toFixed(1)}\u00a0${BINARY_UNITS[exponent - 1]}`;
}

/** The digit at a place from the right; the value itself where it or the place is no whole number. */
function getDigit(value: unknown, place: unknown): unknown {
  const [number, position] = [wholeOf(value), wholeOf(place)];
  if (Number.isNaN(number) || Number.isNaN(position)) return value;
  return position < 1 ? number : Number(String(Math.abs(number)).at(-position) ?? 0);
}

/** vote{{ n|pluralize }}, class{{ n|pluralize:"es" }}, cherr{{ n|pluralize:"y,ies" }}: for a number or the length of a list; nothing for others. */
function pluralize(value: unknown, endings: unknown = 's'): string {
  const forms = display(endings).split(',');
  const [one, many] = forms.length === 1 ? ['', forms[0]] : forms.length === 2 ? forms : ['', ''];
  const count = Array.isArray(value) ? value.length : value instanceof Map || value instanceof Set ? value.size : quantityOf(value);
  return Number.isNaN(count) ? '' : ((count === 1 ? one : many) as string);
}

/** yes, no and (if given) maybe for null. */
function yesNo(value: unknown, words: unknown = 'yes,no,maybe'): unknown {
  const [yes, no, maybe] = display(words).split(',');
  if (no === undefined) return value;
  return value === null ? (maybe ?? no) : truth(value) ? yes : no;
}

/** Django replaces what is false; Jinja's default(x) only what is undefined, default(x, true) what is false. We do as Django does. */
const fallback: Filter = (value, instead = '') => (truth(value) ? value : instead);

export const VALUE_FILTERS: Readonly<Record<string, Filter>> = {
  abs: (value) => Math.abs(numberOf(value)),
  add,
  d: fallback,
  default: fallback,
  default_if_none: (value, instead) => value ?? instead,
  divisibleby: (value, divisor) => wholeOf(value) % wholeOf(divisor) === 0,
  filesizeformat: fileSize,
  float: (value, instead = 0) => (Number.isNaN(numberOf(value)) ? instead : numberOf(value)),
  floatformat: floatFormat,
  get_digit: getDigit,
  int: (value, instead = 0) => (Number.isNaN(numberOf(value)) ? instead : Math.trunc(numberOf(value))),
  pluralize,
  round,
  yesno: yesNo,
};
