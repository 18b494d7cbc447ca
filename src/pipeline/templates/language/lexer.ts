/**
 * Cuts a template into text, outputs and tags. Comments, {% raw %} and {% verbatim %} are dealt with here, and so is white
 * space control: "-" inside of a delimiter takes the white space on that side of it.
 */
import { refuse } from '../source-error.ts';
import type { Source, Span } from './source.ts';
import type { MarkupToken, TemplateToken } from './tokens.ts';

const OPENING = /\{[{%#]/g;
const OPAQUE_TAG = /^\s*(raw|verbatim|comment)\b\s*([^]*?)\s*$/;
const CLOSERS: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/** The tokens of a template in order. TemplateSourceError for a delimiter that is never closed. */
export function tokenize(source: Source): TemplateToken[] {
  return new TemplateLexer(source).run();
}

class TemplateLexer {
  readonly #source: Source;
  readonly #text: string;
  readonly #tokens: TemplateToken[] = [];
  #at = 0;
  /** The last delimiter ended with "-": white space at the start of the next text goes. */
  #trimNext = false;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  run(): TemplateToken[] {
    for (;;) {
      OPENING.lastIndex = this.#at;
      const found = OPENING.exec(this.#text);
      if (found === null) break;
      const opener = found[0];
      this.#pushText(this.#at, found.index, this.#text[found.index + 2] === '-');
      if (opener === '{#') this.#skipComment(found.index);
      else this.#pushMarkup(found.index, opener);
    }
    this.#pushText(this.#at, this.#text.length, false);
    return this.#tokens;
  }

  #span(start: number, end: number): Span {
    return { source: this.#source, start, end };
  }

  #pushText(start: number, end: number, trimEnd: boolean): void {
    let text = this.#text.slice(start, end);
    if (this.#trimNext) text = text.trimStart();
    if (trimEnd) text = text.trimEnd();
    this.#trimNext = false;
    if (text !== '') this.#tokens.push({ kind: 'text', start, end, text });
  }

  #skipComment(start: number): void {
    const close = this.#text.indexOf('#}', start + 2);
    if (close === -1) refuse(this.#span(start, start + 2), 'this comment is never closed; expected "#}"');
    this.#trimNext = close > start + 2 && this.#text[close - 1] === '-';
    this.#at = close + 2;
  }

  #pushMarkup(start: number, opener: string): void {
    const token = this.#markup(start, opener);
    const opaque = opener === '{%' ? OPAQUE_TAG.exec(this.#text.slice(token.from, token.to)) : null;
    this.#at = token.end;
    if (opaque !== null) this.#skipOpaque(token, opaque[1] as string, opaque[2] as string);
    else this.#tokens.push(token);
  }

  #markup(start: number, opener: string): MarkupToken {
    const from = start + 2 + (this.#text[start + 2] === '-' ? 1 : 0);
    const isComment = opener === '{%' && /^\s*comment\b/.test(this.#text.slice(from, from + 40));
    const close = isComment ? this.#text.indexOf('%}', from) : this.#findClose(from, CLOSERS[opener] as string);
    if (close === -1) refuse(this.#span(start, start + 2), `"${opener}" is never closed; expected "${CLOSERS[opener]}"`);
    this.#trimNext = close > from && this.#text[close - 1] === '-';
    const kind = opener === '{{' ? 'output' : 'tag';
    return { kind, start, end: close + 2, from, to: this.#trimNext ? close - 1 : close };
  }

  /** The offset of the closing delimiter outside of strings and braces, -1 when there is none. */
  #findClose(from: number, closer: string): number {
    const text = this.#text;
    let depth = 0;
    for (let at = from; at < text.length; at++) {
      const character = text[at];
      if (character === '"' || character === "'") at = this.#endOfString(at, character);
      else if (depth === 0 && text.startsWith(closer, at)) return at;
      else if (character === '{') depth++;
      else if (character === '}' && depth > 0) depth--;
      else if (character === '%' && text[at + 1] === '}') return -1;
    }
    return -1;
  }

  #endOfString(start: number, quote: string): number {
    for (let at = start + 1; at < this.#text.length; at++) {
      if (this.#text[at] === '\\') at++;
      else if (this.#text[at] === quote) return at;
    }
    return refuse(this.#span(start, start + 1), `this string is never closed; expected ${quote}`);
  }

  /** {% raw %} and {% verbatim label %} keep what is inside as text, {% comment %} drops it. */
  #skipOpaque(open: MarkupToken, name: string, rest: string): void {
    const label = name === 'verbatim' && rest !== '' ? `\\s+${rest.replace(/[^\w\s]/g, '\\$&')}` : '';
    const close = new RegExp(`\\{%(-?)\\s*end${name}${label}\\s*(-?)%\\}`, 'g');
    close.lastIndex = open.end;
    const found = close.exec(this.#text);
    if (found === null)
      refuse(this.#span(open.start, open.end), `{% ${name} %} is never closed; expected {% end${name}${label === '' ? '' : ` ${rest}`} %}`);
    if (name === 'comment') this.#trimNext = false;
    else this.#pushText(open.end, found.index, found[1] === '-');
    this.#trimNext = found[2] === '-';
    this.#at = found.index + found[0].length;
  }
}
