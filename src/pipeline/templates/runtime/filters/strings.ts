/** Filters on text: case, padding, cutting, counting. Values of every type are taken as what templates show of them. */
import { display } from '../escape.ts';
import { Fault } from '../faults.ts';
import type { Filter } from '../library.ts';
import { numberOf } from '../operators.ts';

/** Padding beyond this is a mistake, or somebody's try to fill the memory. */
const MAX_WIDTH = 100_000;
const PHONE_KEYS = '22233344455566677778889999';

const capitalizeFirst: Filter = (value) => display(value).replace(/^./su, (character) => character.toUpperCase());

function widthOf(width: unknown): number {
  const count = Math.trunc(numberOf(width));
  if (count > MAX_WIDTH) throw new Fault(`a width of ${count} is more than ${MAX_WIDTH}`);
  return count > 0 ? count : 0;
}

function center(value: unknown, width: unknown): string {
  const text = display(value);
  const missing = widthOf(width) - text.length;
  if (missing <= 0) return text;
  const left = Math.floor(missing / 2) + (missing & widthOf(width) & 1);
  return ' '.repeat(left) + text + ' '.repeat(missing - left);
}

function title(value: unknown): string {
  return display(value).replace(
    /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}]+)*/gu,
    (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

/** Letters, digits, "-" and "_" in lower case, made of what accents leave. */
function slugify(value: unknown): string {
  const plain = display(value)
    .normalize('NFKD')
    .replace(/[^\x00-\x7f]/g, '')
    .toLowerCase();
  return plain
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/[-\s]+/g, '-')
    .replace(/^[-_]+|(?<![-_])[-_]+$/g, '');
}

/** Django's: at most so many characters, the last of them "…". */
function truncateCharacters(value: unknown, length: unknown): string {
  const characters = [...display(value)];
  const limit = numberOf(length);
  return Number.isNaN(limit) || characters.length <= limit
    ? characters.join('')
    : `${characters.slice(0, Math.max(0, limit - 1)).join('')}…`;
}

function truncateWords(value: unknown, count: unknown): string {
  const text = display(value);
  const words = text.split(/\s+/).filter((word) => word !== '');
  const limit = numberOf(count);
  return Number.isNaN(limit) ? text : words.length <= limit ? words.join(' ') : `${words.slice(0, limit).join(' ')} …`;
}

/** Jinja's: so many characters and then `end`, at a word's end unless words may be cut. */
function truncate(value: unknown, ...args: unknown[]): string {
  const named =
    typeof args.at(-1) === 'object' && args.at(-1) !== null ? (args.pop() as { length?: number; killwords?: boolean; end?: string }) : {};
  const [length = named.length ?? 255, killWords = named.killwords ?? false, end = named.end ?? '...'] = args;
  const text = display(value);
  const limit = numberOf(length);
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  const space = killWords === true ? -1 : cut.lastIndexOf(' ');
  return (space === -1 ? cut : cut.slice(0, space)) + display(end);
}

/** Lines of at most `width` characters, broken at spaces. */
function wordWrap(value: unknown, width: unknown): string {
  const limit = numberOf(width);
  const wrapLine = (line: string): string => {
    let length = 0;
    return line.split(' ').reduce((wrapped, word, index) => {
      const fits = index === 0 || length + 1 + word.length <= limit;
      length = fits && index > 0 ? length + 1 + word.length : word.length;
      return index === 0 ? word : wrapped + (fits ? ' ' : '\n') + word;
    }, '');
  };
  return display(value).split('\n').map(wrapLine).join('\n');
}

function indent(value: unknown, width: unknown = 4, first: unknown = false): string {
  const pad = ' '.repeat(widthOf(width));
  const lines = display(value).split('\n');
  return lines.map((line, index) => (line === '' || (index === 0 && first !== true) ? line : pad + line)).join('\n');
}

/** printf-like: |stringformat:"05d", |format(a, b). Letters d i s r f e g x X o c and %%. */
function formatOne(spec: string, value: unknown): string {
  const [, flags = '', width = '', precision, letter = 's'] = /^([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z])$/.exec(spec) ?? [];
  let text = converted(letter, value, precision === undefined ? undefined : Number(precision));
  if (/[difeEgG]/.test(letter) && flags.includes('+') && !text.startsWith('-')) text = `+${text}`;
  const pad = widthOf(width === '' ? 0 : width);
  if (flags.includes('-')) return text.padEnd(pad);
  const isNegative = /^[-+]/.test(text);
  return flags.includes('0') && letter !== 's'
    ? (isNegative ? text.charAt(0) : '') + text.slice(isNegative ? 1 : 0).padStart(pad - (isNegative ? 1 : 0), '0')
    : text.padStart(pad);
}

function converted(letter: string, value: unknown, precision: number | undefined): string {
  if (letter === 's' || letter === 'r' || letter === 'c') return display(value).slice(0, precision);
  const number = numberOf(value);
  if (Number.isNaN(number)) return '';
  const digits = Math.min(precision ?? 6, 100);
  switch (letter) {
    case 'f':
    case 'F':
      return number.toFixed(digits);
    case 'e':
    case 'E':
      return number.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
    case 'g':
    case 'G':
      return String(Number(number.toPrecision(Math.max(1, digits))));
    case 'x':
      return Math.trunc(number).toString(16);
    case 'X':
      return Math.trunc(number).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(number).toString(8);
    default:
      return String(Math.trunc(number));
  }
}

function format(value: unknown, ...args: unknown[]): string {
  let next = 0;
  return display(value).replace(/%(?:%|([-+ 0#]*\d*(?:\.\d+)?[a-zA-Z]))/g, (whole, spec: string | undefined) =>
    whole === '%%' ? '%' : formatOne(spec as string, args[next++]),
  );
}

function replace(value: unknown, from: unknown, to: unknown, count?: unknown): string {
  const text = display(value);
  const limit = count === undefined ? Infinity : numberOf(count);
  const pieces = text.split(display(from));
  if (pieces.length - 1 <= limit) return pieces.join(display(to));
  return [...pieces.slice(0, limit), pieces.slice(limit).join(display(from))].join(display(to));
}

export const STRING_FILTERS: Readonly<Record<string, Filter>> = {
  addslashes: (value) => display(value).replace(/[\\"']/g, '\\$&'),
  capfirst: capitalizeFirst,
  capitalize: (value) => capitalizeFirst(display(value).toLowerCase()),
  center,
  cut: (value, part) => display(value).replaceAll(display(part), ''),
  format,
  indent,
  ljust: (value, width) => display(value).padEnd(widthOf(width)),
  lower: (value) => display(value).toLowerCase(),
  phone2numeric: (value) =>
    display(value)
      .toLowerCase()
      .replace(/[a-z]/g, (letter) => PHONE_KEYS[letter.charCodeAt(0) - 97] as string),
  replace,
  rjust: (value, width) => display(value).padStart(widthOf(width)),
  slugify,
  string: (value) => display(value),
  stringformat: (value, spec) => formatOne(display(spec), value),
  title,
  trim: (value) => display(value).trim(),
  truncate,
  truncatechars: truncateCharacters,
  truncatewords: truncateWords,
  upper: (value) => display(value).toUpperCase(),
  wordcount: (value) =>
    display(value)
      .split(/\s+/)
      .filter((word) => word !== '').length,
  wordwrap: wordWrap,
};
