/**
 * Cuts what is inside of {{ }} and {% %} into names, numbers, strings and operators.
 */
import { refuse } from '../source-error.ts';
import type { Source } from './source.ts';
import type { ExpressionToken } from './tokens.ts';

const TOKEN =
  /\s+|([A-Za-z_$][\w$]*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(===|!==|==|!=|<=|>=|\/\/|\*\*|[-+*/%~<>=|:.,()[\]{}])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/** The tokens between two offsets, with an "end" token behind them. TemplateSourceError for a character that fits nowhere. */
export function tokenizeExpression(source: Source, from: number, to: number): ExpressionToken[] {
  const tokens: ExpressionToken[] = [];
  for (let at = from; at < to;) {
    // "a.0.1" is two look-ups, not the number 0.1.
    const afterDot = tokens.at(-1)?.text === '.' && tokens.at(-1)?.kind === 'operator';
    const index = afterDot ? /^\d+/.exec(source.text.slice(at, to)) : null;
    const token = index === null ? scan(source, at, to) : { kind: 'number' as const, text: index[0], start: at, end: at + index[0].length };
    if (token.kind !== 'end') tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: to, end: to });
  return tokens;
}

/** One token; kind "end" for white space. */
function scan(source: Source, at: number, to: number): ExpressionToken {
  TOKEN.lastIndex = at;
  const found = TOKEN.exec(source.text);
  if (found === null || found.index + found[0].length > to) {
    return refuse({ source, start: at, end: at + 1 }, `unexpected character ${JSON.stringify(source.text[at])}`);
  }
  const end = at + found[0].length;
  if (found[1] !== undefined) return { kind: 'name', text: found[1], start: at, end };
  if (found[2] !== undefined) return { kind: 'number', text: found[2], start: at, end };
  if (found[3] !== undefined) return { kind: 'string', text: unescape(found[3].slice(1, -1)), start: at, end };
  if (found[4] !== undefined) return { kind: 'operator', text: found[4], start: at, end };
  return { kind: 'end', text: '', start: at, end };
}

/** \n \t \r \\ \" \' mean what they do in Python; other backslashes stay, for {{ date|date:"\a\t H" }}. */
function unescape(text: string): string {
  return text.replace(/\\([^])/g, (whole, character: string) => ESCAPES[character] ?? whole);
}
