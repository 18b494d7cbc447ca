/**
 * JSON from a client: parsed by the engine; when that fails, the place of the mistake is found here, because the engine
 * does not always tell it. Any thread.
 *
 * DESIGN: findJsonError is a push-down recogniser of RFC 8259 over sticky regular expressions. It runs only for broken
 * documents, takes linear time and no recursion, so that "[[[[..." cannot exhaust the stack.
 */
import { BadRequest } from './errors.ts';

/** Parses a document; BadRequest with line-free position and reason when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const { position, reason } = findJsonError(text);
    throw new BadRequest(`The request content is not JSON: ${reason} at position ${position}`, { cause });
  }
}

export interface JsonError {
  /** UTF-16 units from the beginning. */
  position: number;
  reason: string;
}

const BLANK = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const STRING_PART = /(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

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
      const end = skip(STRING_PART, text, at + 1);
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
