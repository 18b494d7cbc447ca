/** Filters on numbers and on values that may be missing. */
import { display } from '../escape.ts';
import type { Filter } from '../library.ts';
import { numberOf, plus, truth } from '../operators.ts';
import { SafeString } from '../safe-string.ts';

const BINARY_UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** Django adds numbers if both are some, joins lists, and joins text otherwise. */
function add(value: unknown, other: unknown): unknown {
  const [a, b] = [numberOf(value), numberOf(other)];
  const isEmpty = (part: unknown): boolean => part instanceof SafeString || Array.isArray(part);
  if (!Number.isNaN(a) && !Number.isNaN(b) && !isEmpty(value) && !isEmpty(other)) return a + b;
  return plus(value, other);
}

/** Django's: 34.23234|floatformat → 34.2, |floatformat:3 → 34.232, |floatformat:"-3" drops zeros only, "g" groups by thousands. */
function floatFormat(value: unknown, argument: unknown = -1): string {
  const spec = display(argument);
  const places = Number.parseInt(spec, 10);
  const number = value === '' || value === null || value === undefined ? NaN : numberOf(value);
  if (Number.isNaN(number) || !Number.isFinite(number)) return Number.isNaN(number) ? '' : String(number);
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
  const bytes = numberOf(value);
  if (Number.isNaN(bytes)) return '0\u00a0bytes';
  const size = Math.abs(bytes);
  if (size < 1024) return `${bytes}\u00a0byte${bytes === 1 ? '' : 's'}`;
  const exponent = Math.min(BINARY_UNITS.length, Math.floor(Math.log(size) / Math.log(1024)));
  return `${(bytes / 1024 ** exponent).toFixed(1)}\u00a0${BINARY_UNITS[exponent - 1]}`;
}

/** The digit at a place from the right. */
function getDigit(value: unknown, place: unknown): unknown {
  const [number, position] = [numberOf(value), numberOf(place)];
  if (!Number.isInteger(number) || !Number.isInteger(position) || position < 1) return value;
  return Number(String(Math.abs(number)).at(-position) ?? 0);
}

/** vote{{ n|pluralize }}, class{{ n|pluralize:"es" }}, cherr{{ n|pluralize:"y,ies" }}: for a number or the length of a list. */
function pluralize(value: unknown, endings: unknown = 's'): string {
  const forms = display(endings).split(',');
  const [one, many] = forms.length === 1 ? ['', forms[0]] : forms.length === 2 ? forms : ['', ''];
  const count = Array.isArray(value) ? value.length : value instanceof Map || value instanceof Set ? value.size : numberOf(value);
  return (count === 1 ? one : many) as string;
}

/** yes, no and (if given) maybe for null. */
function yesNo(value: unknown, words: unknown = 'yes,no,maybe'): unknown {
  const [yes, no, maybe] = display(words).split(',');
  if (no === undefined) return value;
  const chosen = value === null || value === undefined ? (maybe ?? no) : truth(value) ? yes : no;
  return words instanceof SafeString ? new SafeString(chosen as string) : chosen;
}

/** Django replaces what is false; Jinja's default(x) only what is undefined, default(x, true) what is false. We do as Django does. */
const fallback: Filter = (value, instead = '') => (truth(value) ? value : instead);

export const VALUE_FILTERS: Readonly<Record<string, Filter>> = {
  abs: (value) => Math.abs(numberOf(value)),
  add,
  d: fallback,
  default: fallback,
  default_if_none: (value, instead) => value ?? instead,
  divisibleby: (value, divisor) => numberOf(value) % numberOf(divisor) === 0,
  filesizeformat: fileSize,
  float: (value, instead = 0) => (Number.isNaN(numberOf(value)) ? instead : numberOf(value)),
  floatformat: floatFormat,
  get_digit: getDigit,
  int: (value, instead = 0) => (Number.isNaN(numberOf(value)) ? instead : Math.trunc(numberOf(value))),
  pluralize,
  round,
  yesno: yesNo,
};
