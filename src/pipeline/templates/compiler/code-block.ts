/**
 * Generated code while it grows: statements, and behind them a run of output that is not written yet.
 *
 * DESIGN: output is kept as parts for as long as no statement comes between, so that a whole row of a table becomes one
 * "o += ..." and one "s.n += k". Text is merged with its neighbours, also across an {% if %} whose branches are text only. A page
 * that is gathered as bytes gets a call for each value instead ("putValue(value, token)", runtime/put.ts), and counts in "n".
 */
import { ESC, ESC_BYTE, ESC_ON, type LiteralMode, type LiteralTable, RAW_ON } from '../runtime/literals.ts';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** `code` gives its text. */
  | { readonly kind: 'value'; readonly code: string; readonly given?: GivenValue; readonly mode: LiteralMode }
  /** Code that gives a piece with tokens of its own, which begins and ends where values are escaped. */
  | { readonly kind: 'piece'; readonly code: string }
  | { readonly kind: 'choice'; readonly test: string; readonly then: readonly Part[]; readonly otherwise: readonly Part[] };

/** A value before write() makes text of it, and the mark of its place in the template. */
export interface GivenValue {
  readonly code: string;
  readonly mark: string;
}

/** What generated code adds its output to: the string o, or the thread's memory for pages. */
export type OutputKind = 'text' | 'bytes';

export class CodeBlock {
  /** Declarations that belong at the beginning. */
  readonly prelude: string[] = [];
  readonly kind: OutputKind;
  readonly #literals: LiteralTable;
  readonly #statements: string[] = [];
  #parts: Part[] = [];

  constructor(literals: LiteralTable, kind: OutputKind) {
    this.#literals = literals;
    this.kind = kind;
  }

  /** Only output so far: the block can become part of an expression. */
  get isStraight(): boolean {
    return this.#statements.length === 0 && this.prelude.length === 0;
  }

  /** Nothing but text so far. */
  get isLiteral(): boolean {
    return this.isStraight && asLiteral(this.#parts) !== null;
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
    const items = toItems(this.#parts, this.#literals, atEnd);
    this.#parts = [];
    const { code, count } = this.kind === 'text' ? renderText(items, this.#literals) : renderBytes(items, this.#literals);
    if (code === '') return;
    const isText = this.kind === 'text';
    this.#statements.push(`${isText ? `o += ${code};` : code}${count > 0 ? ` ${isText ? 's.n' : 'n'} += ${count};` : ''}`);
  }

  /** A statement that adds a piece with tokens of its own, which were counted. */
  addPiece(code: string): string {
    return this.kind === 'text' ? `o += ${code};` : `put(${code});`;
  }

  /** The statements, the output written. */
  finish(): string {
    this.flush();
    return [...this.prelude, ...this.#statements].join('\n');
  }
}

/** Text, or a choice between texts. */
type Literal = string | { readonly test: string; readonly then: Literal; readonly otherwise: Literal };
type ValueItem = { readonly code: string; readonly given?: GivenValue | undefined; readonly mode: LiteralMode; readonly count: number };
type Item = { readonly literal: Literal } | ValueItem;

interface Rendered {
  readonly code: string;
  /** Tokens that it always writes. */
  readonly count: number;
}

/** What parts become. It begins and ends in the mode in which values are escaped. */
function toItems(parts: readonly Part[], literals: LiteralTable, atEnd: boolean): Item[] {
  return withTokensBetweenModes(mergeLiterals(parts.map((part) => toItem(part, literals))), atEnd);
}

/** Items as one expression. */
function renderText(items: readonly Item[], literals: LiteralTable): Rendered {
  const rendered = items.map((item, index) => ('literal' in item ? renderLiteral(item.literal, modeBehind(items, index), literals) : item));
  return { code: rendered.map(({ code }) => code).join('\n + '), count: sum(rendered) };
}

/** Items as statements: one for each literal, with the value before it. */
function renderBytes(items: readonly Item[], literals: LiteralTable): Rendered {
  const statements: string[] = [];
  /** Values with nothing between them become one text: halves of a surrogate pair may meet there. */
  let values: Pick<ValueItem, 'code' | 'given'>[] = [];
  let count = 0;
  const put = (token: string | null): void => {
    const given = values.length === 1 ? values[0]?.given : undefined;
    const { code, mark } = given ?? { code: values.map((value) => value.code).join(' + '), mark: '' };
    values = [];
    if (token === null && code !== '') statements.push(`${mark}put(${code});`);
    else if (token !== null) statements.push(code === '' ? `putToken(${token});` : `${mark}putValue(${code}, ${token});`);
  };
  items.forEach((item, index) => {
    if (!('literal' in item)) {
      count += item.count;
      values.push(item);
      return;
    }
    const mode = modeBehind(items, index);
    const id = renderId(item.literal, mode, literals);
    const rendered = id === null ? renderLiteral(item.literal, mode, literals) : { code: '', count: 1 };
    count += rendered.count;
    if (id === null) values.push(rendered);
    else put(id);
  });
  put(null);
  return { code: statements.join('\n'), count };
}

/** The mode of what follows a literal. */
function modeBehind(items: readonly Item[], index: number): LiteralMode {
  const next = items[index + 1];
  return next !== undefined && !('literal' in next) ? next.mode : 0;
}

function sum(rendered: readonly { readonly count: number }[]): number {
  return rendered.reduce((total, { count }) => total + count, 0);
}

function toItem(part: Part, literals: LiteralTable): Item {
  if (part.kind === 'text') return { literal: part.text };
  if (part.kind === 'value') return { code: part.code, given: part.given, mode: part.mode, count: 0 };
  if (part.kind === 'piece') return { code: part.code, mode: 0, count: 0 };
  const then = asLiteral(part.then);
  const otherwise = asLiteral(part.otherwise);
  if (then !== null && otherwise !== null) return { literal: { test: part.test, then, otherwise } };
  const branch = (parts: readonly Part[]): Rendered => renderText(toItems(parts, literals, false), literals);
  return renderChoice(part.test, branch(part.then), branch(part.otherwise));
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

/** Code of the one token that a literal becomes, as putToken() takes it; null where it may become none or several. */
function renderId(literal: Literal, mode: LiteralMode, literals: LiteralTable): string | null {
  if (typeof literal === 'object') {
    const then = renderId(literal.then, mode, literals);
    const otherwise = renderId(literal.otherwise, mode, literals);
    return then === null || otherwise === null ? null : `(${literal.test} ? ${then} : ${otherwise})`;
  }
  const token = literals.token(literal, mode);
  return token === null ? null : `0x${Buffer.from(token, 'latin1').reverse().toString('hex')}`;
}

/** A JavaScript string. JSON is one but for two line ends, which old engines take for line ends. */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}
