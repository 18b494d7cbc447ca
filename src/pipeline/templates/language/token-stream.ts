/**
 * Reads the tokens of one output or tag in order, with the complaints that all parsers share.
 */
import { refuse } from '../source-error.ts';
import type { Source, Span } from './source.ts';
import type { ExpressionToken } from './tokens.ts';

export class TokenStream {
  readonly source: Source;
  readonly #tokens: readonly ExpressionToken[];
  #index = 0;

  constructor(source: Source, tokens: readonly ExpressionToken[]) {
    this.source = source;
    this.#tokens = tokens;
  }

  /** The token that comes next, or one behind it; the "end" token for ever at the end. */
  peek(ahead = 0): ExpressionToken {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] as ExpressionToken;
  }

  next(): ExpressionToken {
    const token = this.peek();
    this.#index++;
    return token;
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** Whether an operator or a word comes next. */
  isAt(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'operator' || token.kind === 'name');
  }

  /** Takes an operator or a word if it comes next. */
  take(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#index++;
    return true;
  }

  expect(text: string): ExpressionToken {
    if (!this.isAt(text)) this.complain(`expected "${text}"`);
    return this.next();
  }

  /** A name that a template may give to a value. */
  expectName(what: string): ExpressionToken {
    if (this.peek().kind !== 'name') this.complain(`expected ${what}`);
    return this.next();
  }

  expectEnd(): void {
    if (!this.atEnd) this.complain('expected the end here');
  }

  /** TemplateSourceError at the next token: "expected X, found Y". */
  complain(expectation: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end' : `"${this.source.text.slice(token.start, token.end)}"`;
    return refuse(this.spanOf(token), `${expectation}, found ${found}`);
  }

  spanOf(token: ExpressionToken): Span {
    return { source: this.source, start: token.start, end: Math.max(token.end, token.start + 1) };
  }

  /** From a start to the end of the token that was taken last. */
  spanFrom(start: number): Span {
    const last = this.#tokens[this.#index - 1];
    return { source: this.source, start, end: last === undefined ? start : last.end };
  }
}
