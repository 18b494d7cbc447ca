/**
 * Parses expressions by precedence, from the loosest to the tightest:
 *
 *   a if b else c   or   and   not   == != < > <= >= in is   ~   + -   * / // %   **   unary - +   a.b a[b] a(b)   a|filter
 *
 * A filter binds tighter than every operator, as in Jinja: {{ a + b|upper }} is a + (b|upper).
 */
import { refuse } from '../source-error.ts';
import { parseLookups, parsePostfix, parsePrimary } from './operands.ts';
import type { TokenStream } from './token-stream.ts';
import type { BinaryOperator, Expression, TestExpression } from './tree.ts';

const LEVELS: readonly (readonly string[])[] = [['~'], ['+', '-'], ['*', '/', '//', '%']];
const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};
const MAX_DEPTH = 200;
const depths = new WeakMap<TokenStream, number>();

/** One expression; what follows it stays in the stream. */
export function parseExpression(stream: TokenStream): Expression {
  const depth = (depths.get(stream) ?? 0) + 1;
  if (depth > MAX_DEPTH) refuse(stream.spanOf(stream.peek()), `expressions may be nested ${MAX_DEPTH} deep, not more`);
  depths.set(stream, depth);
  const expression = parseConditional(stream);
  depths.set(stream, depth - 1);
  return expression;
}

function parseConditional(stream: TokenStream): Expression {
  const then = parseOr(stream);
  if (!stream.take('if')) return then;
  const test = parseOr(stream);
  const otherwise = stream.take('else') ? parseExpression(stream) : null;
  return { kind: 'conditional', test, then, otherwise, span: stream.spanFrom(then.span.start) };
}

/** Everything but the inline "if", for places where "if" has another meaning: {% for x in list if x.shown %}. */
export function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.take('or')) {
    const right = parseAnd(stream);
    left = { kind: 'logical', operator: 'or', left, right, span: stream.spanFrom(left.span.start) };
  }
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.take('and')) {
    const right = parseNot(stream);
    left = { kind: 'logical', operator: 'and', left, right, span: stream.spanFrom(left.span.start) };
  }
  return left;
}

function parseNot(stream: TokenStream): Expression {
  const start = stream.peek().start;
  if (!stream.take('not')) return parseComparison(stream);
  const operand = parseNot(stream);
  return { kind: 'unary', operator: 'not', operand, span: stream.spanFrom(start) };
}

function parseComparison(stream: TokenStream): Expression {
  let left = parseLevel(stream, 0);
  for (;;) {
    const operator = comparisonAt(stream);
    if (operator === null) return left;
    if (operator === 'is') left = parseTest(stream, left);
    else {
      const right = parseLevel(stream, 0);
      left = { kind: 'binary', operator, left, right, span: stream.spanFrom(left.span.start) };
    }
  }
}

/** Takes a comparison if one comes next. */
function comparisonAt(stream: TokenStream): BinaryOperator | 'is' | null {
  const token = stream.peek();
  if (token.kind === 'operator' && Object.hasOwn(COMPARISONS, token.text)) {
    stream.next();
    return COMPARISONS[token.text] as BinaryOperator;
  }
  if (stream.isAt('=')) refuse(stream.spanOf(token), '"=" compares nothing; write "=="');
  if (stream.take('in')) return 'in';
  if (stream.take('is')) return 'is';
  if (!(stream.isAt('not') && stream.isAt('in', 1))) return null;
  stream.next();
  stream.next();
  return 'not in';
}

/** x is defined, x is not none, x is divisibleby(3), x is divisibleby 3. */
function parseTest(stream: TokenStream, input: Expression): Expression {
  const isNegated = stream.take('not');
  const name = stream.expectName('the name of a test');
  const args = testArguments(stream);
  const span = stream.spanFrom(input.span.start);
  const test: TestExpression = { kind: 'test', name: name.text, nameSpan: stream.spanOf(name), input, args, span };
  return isNegated ? { kind: 'unary', operator: 'not', operand: test, span } : test;
}

function testArguments(stream: TokenStream): Expression[] {
  const token = stream.peek();
  if (stream.take('(')) {
    const args: Expression[] = [];
    while (!stream.take(')')) {
      args.push(parseExpression(stream));
      if (!stream.isAt(')')) stream.expect(',');
    }
    return args;
  }
  const isWord = token.kind === 'name' && ['and', 'or', 'not', 'if', 'else', 'is', 'in', 'as'].includes(token.text);
  return (token.kind === 'name' && !isWord) || token.kind === 'number' || token.kind === 'string' ? [parseOperand(stream)] : [];
}

function parseLevel(stream: TokenStream, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return parsePower(stream);
  let left = parseLevel(stream, level + 1);
  for (;;) {
    const token = stream.peek();
    if (token.kind !== 'operator' || !operators.includes(token.text)) return left;
    stream.next();
    const right = parseLevel(stream, level + 1);
    left = { kind: 'binary', operator: token.text as BinaryOperator, left, right, span: stream.spanFrom(left.span.start) };
  }
}

function parsePower(stream: TokenStream): Expression {
  const left = parseOperand(stream);
  if (!stream.take('**')) return left;
  const right = parsePower(stream);
  return { kind: 'binary', operator: '**', left, right, span: stream.spanFrom(left.span.start) };
}

/** A value with its look-ups and filters, but without operators: an argument of {% cycle a b %}. A sign belongs to what is filtered. */
export function parseOperand(stream: TokenStream): Expression {
  return parsePostfix(stream, parseSigned(stream), parseExpression);
}

function parseSigned(stream: TokenStream): Expression {
  const { start, kind, text } = stream.peek();
  if (kind !== 'operator' || (text !== '-' && text !== '+')) return parsePrimary(stream, parseExpression);
  stream.next();
  const operand = parseLookups(stream, parseSigned(stream), parseExpression);
  const span = stream.spanFrom(start);
  if (operand.kind === 'literal' && typeof operand.value === 'number') {
    return { kind: 'literal', value: text === '-' ? -operand.value : operand.value, span };
  }
  return { kind: 'unary', operator: text, operand, span };
}
