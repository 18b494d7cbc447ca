/** Filters on text: case, padding, cutting, counting. Values of every type are taken as what templates show of them. */
import { display } from '../escape.ts';
import type { Filter } from '../library.ts';
import { numberOf } from '../operators.ts';
import { markSafe, SafeString } from '../safe-string.ts';
import { format, stringFormat } from './printf.ts';
import { padded, widthOf } from './widths.ts';

const PHONE_KEYS = '22233344455566677778889999';

const capitalizeFirst: Filter = (value) => display(value).replace(/^./su, (character) => character.toUpperCase());

/** A capital at the start of each word; letters behind a digit, and behind the apostrophe of a word in lower case, are none. */
function title(value: unknown): string {
  return display(value)
    .replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => word.replace(/^./su, (first) => first.toUpperCase()).replace(/(?<=^.).*/su, (rest) => rest.toLowerCase()))
    .replace(/([a-z])['’]([A-Z])/g, (pair) => pair.toLowerCase())
    .replace(/\d[A-Z]/g, (pair) => pair.toLowerCase());
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

function replace(value: unknown, from: unknown, to: unknown, count?: unknown): string {
  const text = display(value);
  const limit = count === undefined ? Infinity : numberOf(count);
  const pieces = text.split(display(from));
  if (pieces.length - 1 <= limit) return pieces.join(display(to));
  return [...pieces.slice(0, limit), pieces.slice(limit).join(display(from))].join(display(to));
}

/** Markup stays markup, but without its semicolons: entities would be others. */
function cut(value: unknown, part: unknown): string | SafeString {
  const text = display(value).replaceAll(display(part), '');
  return value instanceof SafeString && display(part) !== ';' ? markSafe(text) : text;
}

export const STRING_FILTERS: Readonly<Record<string, Filter>> = {
  addslashes: (value) => display(value).replace(/[\\"']/g, '\\$&'),
  capfirst: capitalizeFirst,
  capitalize: (value) => capitalizeFirst(display(value).toLowerCase()),
  center: (value, width) => padded(display(value), widthOf(width), 'both'),
  cut,
  format,
  indent,
  ljust: (value, width) => padded(display(value), widthOf(width), 'end'),
  lower: (value) => display(value).toLowerCase(),
  phone2numeric: (value) =>
    display(value)
      .toLowerCase()
      .replace(/[a-z]/g, (letter) => PHONE_KEYS[letter.charCodeAt(0) - 97] as string),
  replace,
  rjust: (value, width) => padded(display(value), widthOf(width), 'start'),
  slugify,
  string: (value) => display(value),
  stringformat: stringFormat,
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
