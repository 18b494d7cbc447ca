/**
 * References from one static file to another: url(...) and @import of stylesheets, the source maps of stylesheets and scripts.
 * Pure functions over text.
 *
 * Stylesheets are read as tokens (CSS Syntax 4.3): what looks like a reference inside a comment or a string is none. A script
 * names its source map in a line of its own, the last one counts (ECMA-426 9.1).
 */

/** A reference as it stands in a text. */
export interface Reference {
  /** Of the URL, without quotation marks. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** What the escapes of the language mean. */
  readonly url: string;
  /** The whole of it for messages: `url("../a.png")`. */
  readonly shown: string;
}

export type Language = 'css' | 'js';

/** The language of a file that may refer to others, by its name; undefined for all others. */
export function languageOf(name: string): Language | undefined {
  if (/\.css$/i.test(name)) return 'css';
  return /\.[cm]?js$/i.test(name) ? 'js' : undefined;
}

/** All references of a text, in order. */
export function findReferences(language: Language, text: string): Reference[] {
  return language === 'css' ? findInStylesheet(text) : findInScript(text);
}

/** The text with other URLs in the place of some references; `urls` by index, undefined leaves a reference as it is. */
export function replaceReferences(text: string, references: readonly Reference[], urls: readonly (string | undefined)[]): string {
  let result = '';
  let position = 0;
  for (const [index, { start, end }] of references.entries()) {
    const url = urls[index];
    if (url === undefined) continue;
    result += text.slice(position, start) + url;
    position = end;
  }
  return result + text.slice(position);
}

/** A URL that may stand in a stylesheet between quotation marks and without them. */
export function escapeForStylesheet(url: string): string {
  return url.replace(/["'()\\\s]/g, (character) => `\\${character.charCodeAt(0).toString(16)} `);
}

const STRING = String.raw`"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'`;
/** In exactly one way for each text, so that an unclosed one is given up at once. */
const BARE = String.raw`(?:\\(?:[0-9a-f]{6}|[0-9a-f]{1,5}(?![0-9a-f]))\s?|\\[^\n0-9a-f]|[^"'()\\\s])*`;
/** In this order: what begins first and is no reference hides what it holds. */
const STYLESHEET_TOKEN = new RegExp(
  [
    String.raw`\/\*[#@]\s*sourceMappingURL=(?<map>[^\s*]+)\s*\*\/`,
    String.raw`\/\*[^]*?(?:\*\/|$)`,
    String.raw`@import\s*(?<imported>${STRING})`,
    String.raw`(?<![\w-])url\(\s*(?<quoted>${STRING})\s*\)`,
    String.raw`(?<![\w-])url\(\s*(?<bare>${BARE})\s*\)`,
    STRING,
  ].join('|'),
  'dgi',
);

function findInStylesheet(text: string): Reference[] {
  const lines = new LineCounter(text);
  const found: Reference[] = [];
  for (const match of text.matchAll(STYLESHEET_TOKEN)) {
    const [name] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    const place = name === undefined ? undefined : match.indices?.groups?.[name];
    if (place === undefined) continue;
    const quotes = name === 'imported' || name === 'quoted' ? 1 : 0;
    const [start, end] = [place[0] + quotes, place[1] - quotes];
    found.push({ start, end, line: lines.at(start), url: unescapeStylesheet(text.slice(start, end)), shown: oneLine(match[0]) });
  }
  return found;
}

const SCRIPT_MAP = /^[ \t]*\/\/[#@] sourceMappingURL=(?<map>\S+)[ \t]*$/dgm;

function findInScript(text: string): Reference[] {
  const match = [...text.matchAll(SCRIPT_MAP)].at(-1);
  const place = match?.indices?.groups?.['map'];
  if (match === undefined || place === undefined) return [];
  const [start, end] = place;
  return [{ start, end, line: new LineCounter(text).at(start), url: text.slice(start, end), shown: oneLine(match[0]) }];
}

/** CSS Syntax 4.3.7: a backslash before up to six hexadecimal digits and one space, or before a character or line end. */
function unescapeStylesheet(text: string): string {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|(\n)|([^]))/gi, (_all, hex: string | undefined, newline: string | undefined, character: string | undefined) => {
    if (newline !== undefined) return '';
    if (hex === undefined) return character ?? '';
    const code = Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}

const SHOWN_CHARACTERS = 120;

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}...`;
}

/** Lines of growing positions, each character looked at once. */
class LineCounter {
  readonly #text: string;
  #position = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(position: number): number {
    for (let next = this.#text.indexOf('\n', this.#position); next !== -1 && next < position; next = this.#text.indexOf('\n', next + 1)) {
      this.#line++;
      this.#position = next + 1;
    }
    return this.#line;
  }
}
