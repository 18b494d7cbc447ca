/**
 * The field Plural-Forms of a catalogue: "nplurals=3; plural=(n%10==1 ? 0 : n != 0 ? 1 : 2);".
 *
 * DESIGN: catalogues come from translators, so nothing of them is run as JavaScript. The expression of C that gettext allows
 * (manual, "Plural forms") is parsed by precedence into closures, and tried at once with many numbers: a form that does not exist
 * is an error when the catalogue is read, not a missing text later.
 */

/** Which form of a message a number takes. */
export interface PluralRule {
  readonly count: number;
  /** The index of the form for a number; its sign and what is behind the point do not count. */
  formOf(n: number): number;
}

type Evaluate = (n: number) => number;

const FIELD = /^\s*nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=\s*([^;]+?)\s*;?\s*$/;
const TOKEN = /\s*(?:(\d{1,9})|(&&|\|\||[=!<>]=|[-+*/%<>!?:()n]))/y;
/** All operators of two operands, the loosest first. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  { '<': (a, b) => Number(a < b), '>': (a, b) => Number(a > b), '<=': (a, b) => Number(a <= b), '>=': (a, b) => Number(a >= b) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];
const MAX_TOKENS = 500;
const MAX_DEPTH = 50;
/** Rules of all languages repeat with the hundreds. */
const TRIED = 1000;

/** As in English and German: what catalogues without the field mean. */
export const TWO_FORMS: PluralRule = { count: 2, formOf: (n) => (Math.trunc(Math.abs(n)) === 1 ? 0 : 1) };

/** The rule of a field. A text says what is wrong with it. Pure. */
export function parsePluralForms(field: string): PluralRule | string {
  const found = FIELD.exec(field);
  if (found === null) return `Plural-Forms is ${JSON.stringify(field.slice(0, 80))}; expected "nplurals=2; plural=(n != 1);"`;
  const count = Number(found[1]);
  const evaluate = parseExpression(found[2] as string);
  if (typeof evaluate === 'string') return `Plural-Forms: ${evaluate}`;
  for (let n = 0; n <= TRIED; n++) {
    const form = evaluate(n);
    if (!(form >= 0 && form < count)) return `Plural-Forms gives form ${form} for ${n}; there are ${count}, from 0`;
  }
  const formOf = (n: number): number => {
    const form = evaluate(Math.trunc(Math.abs(n)));
    return form >= 0 && form < count ? form : 0;
  };
  return { count, formOf };
}

function parseExpression(text: string): Evaluate | string {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const found = TOKEN.exec(text);
    if (found === null) return `unexpected ${JSON.stringify(text.slice(at, at + 10))}; expected numbers, n and the operators of C`;
    tokens.push((found[1] ?? found[2]) as string);
  }
  if (tokens.length > MAX_TOKENS) return `the expression has more than ${MAX_TOKENS} parts`;
  try {
    return new ExpressionParser(tokens).parse();
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

class ExpressionParser {
  readonly #tokens: readonly string[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  parse(): Evaluate {
    const value = this.#conditional();
    if (this.#index < this.#tokens.length) this.#fail('the end');
    return value;
  }

  #conditional(): Evaluate {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`the expression is nested more than ${MAX_DEPTH} deep`);
    let value = this.#level(0);
    if (this.#take('?')) {
      const test = value;
      const then = this.#conditional();
      if (!this.#take(':')) this.#fail('":"');
      const otherwise = this.#conditional();
      value = (n) => (test(n) !== 0 ? then(n) : otherwise(n));
    }
    this.#depth--;
    return value;
  }

  #level(level: number): Evaluate {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#level(level + 1);
    for (;;) {
      const token = this.#tokens[this.#index] ?? '';
      if (!Object.hasOwn(operators, token)) return left;
      this.#index++;
      left = binary(operators[token] as (a: number, b: number) => number, left, this.#level(level + 1));
    }
  }

  #unary(): Evaluate {
    if (!this.#take('!')) return this.#primary();
    const operand = this.#unary();
    return (n) => Number(operand(n) === 0);
  }

  #primary(): Evaluate {
    const token = this.#tokens[this.#index] ?? '';
    if (this.#take('n')) return (n) => n;
    if (this.#take('(')) {
      const value = this.#conditional();
      if (!this.#take(')')) this.#fail('")"');
      return value;
    }
    if (!/^\d/.test(token)) this.#fail('a number, n or "("');
    this.#index++;
    return () => Number(token);
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#index] !== text) return false;
    this.#index++;
    return true;
  }

  #fail(expected: string): never {
    const token = this.#tokens[this.#index];
    throw new SyntaxError(`expected ${expected}, found ${token === undefined ? 'the end' : `"${token}"`}`);
  }
}

function binary(operator: (a: number, b: number) => number, left: Evaluate, right: Evaluate): Evaluate {
  return (n) => operator(left(n), right(n));
}
