/** Python's % formatting: {{ n|stringformat:"05d" }}, {{ "%s: %.2f"|format(name, price) }}. Pure. */
import { display } from '../escape.ts';
import { numberOf } from '../operators.ts';
import { padded, widthOf } from './widths.ts';

/** Flags, width, precision, letter. */
const SPEC = '([-+ 0#]*)(\\d*)(?:\\.(\\d+))?([a-zA-Z])';
const ONE = new RegExp(`^${SPEC}([^]*)$`);
const EACH = new RegExp(`%(?:%|${SPEC})`, 'g');
const MAX_DIGITS = 100;

/** |stringformat:"05d": the letters d i s r f e g x o c, text behind them as it is. "" for a format that is none, and for text that should be a number. */
export function stringFormat(value: unknown, spec: unknown): string {
  const [, flags = '', width = '', precision, letter, rest = ''] = ONE.exec(display(spec)) ?? [];
  const text = letter === undefined ? null : formatted(value, { flags, width, precision, letter });
  return text === null ? '' : text + rest.replaceAll('%%', '%');
}

/** "%s and %d"|format(a, b). What should be a number and is none is left out. */
export function format(value: unknown, ...args: unknown[]): string {
  let next = 0;
  return display(value).replace(EACH, (whole, flags: string, width: string, precision: string | undefined, letter: string) =>
    whole === '%%' ? '%' : (formatted(args[next++], { flags, width, precision, letter }) ?? ''),
  );
}

interface Spec {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly letter: string;
}

/** null for what cannot be shown so. */
function formatted(value: unknown, { flags, width, precision, letter }: Spec): string | null {
  const text = converted(letter, value, precision === undefined ? undefined : Number(precision));
  if (text === null) return null;
  const isNumber = !/[src]/.test(letter);
  const sign = isNumber && text.startsWith('-') ? '-' : isNumber && flags.includes('+') ? '+' : isNumber && flags.includes(' ') ? ' ' : '';
  const digits = text.startsWith('-') && isNumber ? text.slice(1) : text;
  const wanted = widthOf(width === '' ? 0 : width);
  if (flags.includes('-')) return padded(sign + digits, wanted, 'end');
  return isNumber && flags.includes('0') ? sign + digits.padStart(wanted - sign.length, '0') : padded(sign + digits, wanted, 'start');
}

function converted(letter: string, value: unknown, precision: number | undefined): string | null {
  if (letter === 's' || letter === 'r') return precision === undefined ? display(value) : [...display(value)].slice(0, precision).join('');
  if (letter === 'c') return characterOf(value);
  const number = numberOf(value);
  if (Number.isNaN(number)) return null;
  const digits = Math.min(precision ?? 6, MAX_DIGITS);
  const text = numeral(letter.toLowerCase(), number, digits);
  return text !== null && letter !== letter.toLowerCase() ? text.toUpperCase() : text;
}

/** A character, or that of a code point. */
function characterOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 0x10ffff ? String.fromCodePoint(value) : null;
  return [...display(value)].length === 1 ? display(value) : null;
}

function numeral(letter: string, number: number, digits: number): string | null {
  switch (letter) {
    case 'f':
      return number.toFixed(digits);
    case 'e':
      return exponential(number, digits);
    case 'g':
      return general(number, Math.max(1, digits));
    case 'x':
      return Number.isInteger(number) ? number.toString(16) : null;
    case 'o':
      return Number.isInteger(number) ? number.toString(8) : null;
    case 'd':
    case 'i':
    case 'u':
      return String(Math.trunc(number) || 0);
    default:
      return null;
  }
}

/** With an exponent of two digits at the least, as C and Python write it. */
function exponential(number: number, digits: number): string {
  return number.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** The shorter of both forms: an exponent only below 1e-4, or where the digits do not reach the point. */
function general(number: number, digits: number): string {
  const short = (text: string): string => text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
  const exponent = number === 0 ? 0 : Number(number.toExponential(digits - 1).split('e')[1]);
  return short(exponent < -4 || exponent >= digits ? exponential(number, digits - 1) : number.toFixed(Math.max(0, digits - 1 - exponent)));
}
