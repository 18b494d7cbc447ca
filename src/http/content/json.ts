/**
 * JSON from a client: parsed by the engine; when that fails, the place of the mistake is found here, because the engine
 * does not always tell it. Any thread.
 *
 * DESIGN: findJsonError is a push-down recogniser of RFC 8259 over sticky regular expressions. It runs only for broken
 * documents, takes linear time and no recursion, so that "[[[[..." cannot exhaust the stack. The engine parses any depth, but
 * JSON.stringify and most code that walks a value recurse: deeper documents are refused before they get there.
 */
import { BadRequest } from '../errors.ts';

/** Documents that people and programs make are a few levels deep. */
const MAX_DEPTH = 500;

/** Parses a document; BadRequest with line, column and reason when it is not JSON or is nested deeper than 500. */
export function parseJson(text: string): unknown {
  const tooDeep = findTooDeep(text);
  if (tooDeep !== -1) throw new BadRequest(`The request content is nested deeper than ${MAX_DEPTH} levels ${placeOf(text, tooDeep)}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const { position, reason } = findJsonError(text);
    throw new BadRequest(`The request content is not JSON: ${reason} ${placeOf(text, position)}`, { cause });
  }
}

/** "at line 3, column 7", both from 1; columns are UTF-16 units, as editors count. */
function placeOf(text: string, position: number): string {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', start)) {
    line++;
    start = at + 1;
  }
  return `at line ${line}, column ${position - start + 1}`;
}

/** Position of the bracket that opens level MAX_DEPTH + 1, -1 without one. Strings of a document that is broken may mislead it. */
function findTooDeep(text: string): number {
  if (text.length <= MAX_DEPTH) return -1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return i;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return -1;
}

export interface JsonError {
  /** UTF-16 units from the beginning. */
  position: number;
  reason: string;
}

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Not of any length: the engine keeps a place to return to for each turn of the loop, and its room for them ends. */
const STRING_PART = /(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){0,10000}/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

type Expect = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'end';

/** The first place at which the text stops being a prefix of a JSON document. The text must not be valid JSON. */
export function findJsonError(text: string): JsonError {
  const closers: string[] = [];
  let expect: Expect = 'value';
  for (let at = skip(BLANK, text, 0); ; at = skip(BLANK, text, at)) {
    const char = text[at];
    if (char === undefined) return { position: at, reason: 'it ends too early' };
    const closer = closers.at(-1);
    if (char === closer && (expect === ', or end' || expect === 'value or ]' || expect === 'name or }')) {
      closers.pop();
      expect = afterValue(closers);
      at += 1;
    } else if (expect === ':' || (expect === ', or end' && char === ',')) {
      if (expect === ':' && char !== ':') return unexpected(text, at, 'expected ":" behind the name');
      expect = expect === ':' || closer === ']' ? 'value' : 'name';
      at += 1;
    } else if (expect === ', or end' || expect === 'end') {
      return unexpected(text, at, expect === 'end' ? 'expected nothing more' : `expected "," or "${closer}"`);
    } else if (char === '"') {
      const end = skipString(text, at + 1);
      if (text[end] !== '"') return { position: end, reason: stringReason(text[end]) };
      expect = isName(expect) ? ':' : afterValue(closers);
      at = end + 1;
    } else if (isName(expect)) {
      return unexpected(text, at, 'expected a name in double quotes');
    } else if (char === '[' || char === '{') {
      closers.push(char === '[' ? ']' : '}');
      expect = char === '[' ? 'value or ]' : 'name or }';
      at += 1;
    } else {
      const end = skip(SCALAR, text, at);
      if (end === at) return unexpected(text, at, 'expected a value');
      expect = afterValue(closers);
      at = end;
    }
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Position behind all that may stand in a string: its closing quote, or the mistake. */
function skipString(text: string, from: number): number {
  let end = from;
  for (let next = skip(STRING_PART, text, end); next > end; next = skip(STRING_PART, text, end)) end = next;
  return end;
}

function isName(expect: Expect): boolean {
  return expect === 'name' || expect === 'name or }';
}

function afterValue(closers: readonly string[]): Expect {
  return closers.length === 0 ? 'end' : ', or end';
}

function stringReason(char: string | undefined): string {
  if (char === undefined) return 'a string is not closed';
  return char === '\\' ? 'bad escape in a string' : 'control character in a string';
}

function unexpected(text: string, at: number, expected: string): JsonError {
  const char = String.fromCodePoint(text.codePointAt(at) as number);
  return { position: at, reason: `unexpected ${JSON.stringify(char)}, ${expected}` };
}
