/**
 * Generated code while it grows: statements, and behind them a run of output that is not written yet.
 *
 * DESIGN: output is kept as parts for as long as no statement comes between, so that a whole row of a table becomes one
 * "o += ..." and one "s.n += k". Text is merged with its neighbours, also across an {% if %} whose branches are text only.
 */
import { ESC, ESC_BYTE, ESC_ON, type LiteralMode, type LiteralTable, RAW_ON } from '../runtime/literals.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly code: string; readonly mode: LiteralMode }
  /** Code that gives a piece with tokens of its own, which begins and ends where values are escaped. */
  | { readonly kind: 'piece'; readonly code: string }
  | { readonly kind: 'choice'; readonly test: string; readonly then: readonly Part[]; readonly otherwise: readonly Part[] };

export class CodeBlock {
  /** Declarations that belong at the beginning. */
  readonly prelude: string[] = [];
  readonly #literals: LiteralTable;
  readonly #statements: string[] = [];
  #parts: Part[] = [];

  constructor(literals: LiteralTable) {
    this.#literals = literals;
  }

  /** Only output so far: the block can become part of an expression. */
  get isStraight(): boolean {
    return this.#statements.length === 0 && this.prelude.length === 0;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  output(...parts: Part[]): void {
    this.#parts.push(...parts);
  }

  statement(code: string): void {
    this.flush();
    this.#statements.push(code);
  }

  /** Writes the output so far. `atEnd`: a token comes last in any case, as the end of a payload must have one. */
  flush(atEnd = false): void {
    if (this.#parts.length === 0 && !atEnd) return;
    const { code, count } = renderParts(this.#parts, this.#literals, atEnd);
    this.#parts = [];
    if (code !== '') this.#statements.push(`o += ${code};${count > 0 ? ` s.n += ${count};` : ''}`);
  }

  /** The statements, the output written. */
  finish(): string {
    this.flush();
    return [...this.prelude, ...this.#statements].join('\n');
  }
}

/** Text, or a choice between texts. */
type Literal = string | { readonly test: string; readonly then: Literal; readonly otherwise: Literal };
type Item = { readonly literal: Literal } | { readonly code: string; readonly mode: LiteralMode; readonly count: number };

interface Rendered {
  readonly code: string;
  /** Tokens that it always writes. */
  readonly count: number;
}

/** Parts as one expression. It begins and ends in the mode in which values are escaped. */
function renderParts(parts: readonly Part[], literals: LiteralTable, atEnd = false): Rendered {
  const items = withTokensBetweenModes(mergeLiterals(parts.map((part) => toItem(part, literals))), atEnd);
  let count = 0;
  const codes = items.map((item, index) => {
    if (!('literal' in item)) {
      count += item.count;
      return item.code;
    }
    const next = items[index + 1];
    const rendered = renderLiteral(item.literal, next !== undefined && !('literal' in next) ? next.mode : 0, literals);
    count += rendered.count;
    return rendered.code;
  });
  return { code: codes.join('\n + '), count };
}

function toItem(part: Part, literals: LiteralTable): Item {
  if (part.kind === 'text') return { literal: part.text };
  if (part.kind === 'value') return { code: part.code, mode: part.mode, count: 0 };
  if (part.kind === 'piece') return { code: part.code, mode: 0, count: 0 };
  const then = asLiteral(part.then);
  const otherwise = asLiteral(part.otherwise);
  if (then !== null && otherwise !== null) return { literal: { test: part.test, then, otherwise } };
  return renderChoice(part.test, renderParts(part.then, literals), renderParts(part.otherwise, literals));
}

/** Both branches as one expression; where they write different counts of tokens each counts its own. */
function renderChoice(test: string, then: Rendered, otherwise: Rendered): Item {
  const isEqual = then.count === otherwise.count;
  const branch = ({ code, count }: Rendered): string => {
    const text = code === '' ? "''" : code;
    return isEqual || count === 0 ? text : `(s.n += ${count}, ${text})`;
  };
  return { code: `(${test} ? ${branch(then)} : ${branch(otherwise)})`, mode: 0, count: isEqual ? then.count : 0 };
}

/** The parts as text without values, null when they have some. */
function asLiteral(parts: readonly Part[]): Literal | null {
  if (parts.length === 0) return '';
  const [first, ...rest] = parts as [Part, ...Part[]];
  if (rest.length > 0) {
    return parts.every((part) => part.kind === 'text') ? parts.map((part) => (part.kind === 'text' ? part.text : '')).join('') : null;
  }
  if (first.kind === 'text') return first.text;
  if (first.kind !== 'choice') return null;
  const then = asLiteral(first.then);
  const otherwise = asLiteral(first.otherwise);
  return then === null || otherwise === null ? null : { test: first.test, then, otherwise };
}

function mergeLiterals(items: readonly Item[]): Item[] {
  const merged: Item[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    const joined = last !== undefined && 'literal' in last && 'literal' in item ? concatenate(last.literal, item.literal) : null;
    if (joined === null) merged.push(item);
    else merged[merged.length - 1] = { literal: joined };
  }
  return merged;
}

/** null for two choices in a row: merging them would multiply the texts. */
function concatenate(a: Literal, b: Literal): Literal | null {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (typeof a === 'string' && typeof b === 'object')
    return { test: b.test, then: concatenate(a, b.then) ?? '', otherwise: concatenate(a, b.otherwise) ?? '' };
  if (typeof a === 'object' && typeof b === 'string')
    return { test: a.test, then: concatenate(a.then, b) ?? '', otherwise: concatenate(a.otherwise, b) ?? '' };
  return null;
}

/** Puts empty literals where the mode changes without text in between, and at the end. */
function withTokensBetweenModes(items: readonly Item[], atEnd: boolean): Item[] {
  const result: Item[] = [];
  let mode: LiteralMode = 0;
  for (const item of items) {
    if ('literal' in item) {
      if (item.literal === '') continue;
      // The literal's own token carries the mode of what follows it.
      mode = 0;
    } else {
      const before = result.at(-1);
      const isBehindLiteral = before !== undefined && 'literal' in before;
      if (!isBehindLiteral && item.mode !== mode) result.push({ literal: '' });
      mode = item.mode;
    }
    result.push(item);
  }
  const last = result.at(-1);
  const endsWithToken = last !== undefined && 'literal' in last;
  if (!endsWithToken && (mode === 1 || atEnd)) result.push({ literal: '' });
  return result;
}

function renderLiteral(literal: Literal, mode: LiteralMode, literals: LiteralTable): Rendered {
  if (typeof literal === 'object') {
    const item = renderChoice(literal.test, renderLiteral(literal.then, mode, literals), renderLiteral(literal.otherwise, mode, literals));
    return 'code' in item ? item : { code: "''", count: 0 };
  }
  const token = literals.token(literal, mode);
  if (token !== null) return { code: quote(token), count: 1 };
  // The table is full: the text goes into the payload as a raw value.
  const text = literal.replaceAll(ESC, ESC_BYTE);
  const escapes = literal.split(ESC).length - 1;
  return { code: quote(`${RAW_ON}${text}${mode === 0 ? ESC_ON : ''}`), count: 1 + escapes + (mode === 0 ? 1 : 0) };
}

/** A JavaScript string. JSON is one but for two line ends, which old engines take for line ends. */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}
