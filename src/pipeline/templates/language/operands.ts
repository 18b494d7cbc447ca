/**
 * Parses what expressions are made of: literals, names, lists, look-ups, calls and filters.
 */
import { refuse } from '../source-error.ts';
import { checkName, isForbiddenName } from './names.ts';
import type { Span } from './source.ts';
import type { TokenStream } from './token-stream.ts';
import type { ExpressionToken } from './tokens.ts';
import type { Assignment, Expression } from './tree.ts';

type Parse = (stream: TokenStream) => Expression;

const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
  ['null', null],
]);
const KEYWORDS = new Set(['and', 'or', 'not', 'if', 'else', 'is', 'in', 'as', 'for']);
/** Behind one of these Django writes a constant that is markup. */
const TRUSTING_FILTERS = new Set(['add', 'default', 'default_if_none', 'join']);

/** A literal, a name, a list, a dict or an expression in parentheses. */
export function parsePrimary(stream: TokenStream, parse: Parse): Expression {
  const token = stream.peek();
  const span = stream.spanOf(token);
  if (token.kind === 'number') return { kind: 'literal', value: Number(stream.next().text), span };
  if (token.kind === 'string') return { kind: 'literal', value: stream.next().text, span };
  if (token.kind === 'name') return parseName(stream);
  if (stream.isAt('(')) return parseGroup(stream, parse);
  if (stream.isAt('[')) return parseList(stream, parse);
  if (stream.isAt('{')) return parseDict(stream, parse);
  return stream.complain('expected a value');
}

function parseName(stream: TokenStream): Expression {
  const token = stream.peek();
  const span = stream.spanOf(token);
  if (KEYWORDS.has(token.text)) stream.complain('expected a value');
  if (token.text === '_' && stream.isAt('(', 1) && stream.peek(2).kind === 'string' && stream.isAt(')', 3)) return parseMessage(stream);
  stream.next();
  const constant = CONSTANTS.get(token.text);
  if (constant !== undefined) return { kind: 'literal', value: constant, span };
  checkName(token.text, span);
  return { kind: 'name', name: token.text, span };
}

/** _("text"): the translation of a text that is written out. Other calls of "_" are calls. */
function parseMessage(stream: TokenStream): Expression {
  const { start } = stream.next();
  stream.expect('(');
  const token = stream.next();
  stream.expect(')');
  const text: Expression = { kind: 'literal', value: token.text, trusted: true, span: stream.spanOf(token) };
  return { kind: 'helper', name: 'translate', args: [text], named: [], span: stream.spanFrom(start) };
}

/** "(a)" is a, "(a, b)" a list. */
function parseGroup(stream: TokenStream, parse: Parse): Expression {
  const start = stream.next().start;
  const items: Expression[] = [];
  let isList = stream.isAt(')');
  while (!stream.isAt(')')) {
    items.push(parse(stream));
    if (stream.take(',')) isList = true;
    else if (!stream.isAt(')')) stream.complain('expected ")"');
  }
  stream.expect(')');
  return isList ? { kind: 'list', items, span: stream.spanFrom(start) } : (items[0] as Expression);
}

function parseList(stream: TokenStream, parse: Parse): Expression {
  const start = stream.next().start;
  const items: Expression[] = [];
  while (!stream.take(']')) {
    items.push(parse(stream));
    if (!stream.isAt(']')) stream.expect(',');
  }
  return { kind: 'list', items, span: stream.spanFrom(start) };
}

/** {"a": 1, b: 2}: a bare word is the key of that name. */
function parseDict(stream: TokenStream, parse: Parse): Expression {
  const start = stream.next().start;
  const entries: { key: Expression; value: Expression }[] = [];
  while (!stream.take('}')) {
    const token = stream.peek();
    const isWord = token.kind === 'name' && stream.isAt(':', 1);
    const key: Expression = isWord ? { kind: 'literal', value: stream.next().text, span: stream.spanOf(token) } : parse(stream);
    if (key.kind === 'literal') checkName(String(key.value), key.span);
    stream.expect(':');
    entries.push({ key, value: parse(stream) });
    if (!stream.isAt('}')) stream.expect(',');
  }
  return { kind: 'dict', entries, span: stream.spanFrom(start) };
}

/** Look-ups, calls and filters behind a value. */
export function parsePostfix(stream: TokenStream, primary: Expression, parse: Parse): Expression {
  let value = parseLookups(stream, primary, parse);
  while (stream.take('|')) value = parseLookups(stream, parseFilter(stream, value, parse), parse);
  return value;
}

/** What stands behind "object." where the object itself is not written: name.first|lower. */
export function parsePath(stream: TokenStream, object: Expression, parse: Parse): Expression {
  return parsePostfix(stream, parseMember(stream, object), parse);
}

/** Look-ups and calls behind a value. */
export function parseLookups(stream: TokenStream, primary: Expression, parse: Parse): Expression {
  let object = primary;
  for (;;) {
    if (stream.take('.')) object = parseMember(stream, object);
    else if (stream.take('[')) object = parseItem(stream, object, parse);
    else if (stream.isAt('(')) {
      const { args, named } = parseCallArguments(stream, parse);
      const span = stream.spanFrom(primary.span.start);
      object = special(object, span) ?? { kind: 'call', callee: object, args, named, span };
    } else return object;
  }
}

/** super() and self.name() are pieces of the template, not calls. */
function special(callee: Expression, span: Span): Expression | null {
  if (callee.kind === 'name' && callee.name === 'super') return { kind: 'super', span };
  const isSelf = callee.kind === 'member' && callee.object.kind === 'name' && callee.object.name === 'self';
  return isSelf ? { kind: 'self', name: callee.name, span } : null;
}

function isBlockSuper(expression: Expression): boolean {
  return (
    expression.kind === 'member' && expression.name === 'super' && expression.object.kind === 'name' && expression.object.name === 'block'
  );
}

function parseMember(stream: TokenStream, object: Expression): Expression {
  const token = stream.peek();
  if (token.kind !== 'name' && !(token.kind === 'number' && /^\d+$/.test(token.text)))
    stream.complain('expected a name or an index behind "."');
  stream.next();
  const span = stream.spanFrom(object.span.start);
  if (isForbiddenName(token.text)) refuse(stream.spanOf(token), `templates may not reach "${token.text}"`);
  const member: Expression = { kind: 'member', object, name: token.text, span };
  return isBlockSuper(member) ? { kind: 'super', span } : member;
}

function parseItem(stream: TokenStream, object: Expression, parse: Parse): Expression {
  const { start } = object.span;
  const from = stream.isAt(':') ? null : parse(stream);
  if (stream.take(':')) {
    const to = stream.isAt(']') ? null : parse(stream);
    stream.expect(']');
    return { kind: 'slice', object, from, to, span: stream.spanFrom(start) };
  }
  stream.expect(']');
  const key = from as Expression;
  if (key.kind === 'literal') {
    if (isForbiddenName(String(key.value))) refuse(key.span, `templates may not reach "${String(key.value)}"`);
    if (typeof key.value === 'string') return { kind: 'member', object, name: key.value, span: stream.spanFrom(start) };
  }
  return { kind: 'item', object, key, span: stream.spanFrom(start) };
}

/** "upper|cut:' '" around a value. */
export function parseFilters(stream: TokenStream, input: Expression, parse: Parse): Expression {
  let value = parseFilter(stream, input, parse);
  while (stream.take('|')) value = parseFilter(stream, value, parse);
  return value;
}

/** x|name, x|name:argument in Django's form, x|name(a, b=c) in Jinja's. */
function parseFilter(stream: TokenStream, input: Expression, parse: Parse): Expression {
  const token: ExpressionToken = stream.expectName('the name of a filter');
  const nameSpan = stream.spanOf(token);
  const base = { kind: 'filter' as const, name: token.text, nameSpan, input };
  if (stream.isAt('(')) return { ...base, ...parseCallArguments(stream, parse), span: stream.spanFrom(input.span.start) };
  if (!stream.take(':')) return { ...base, args: [], named: [], span: stream.spanFrom(input.span.start) };
  const given = parseColonArgument(stream, parse, TRUSTING_FILTERS.has(token.text));
  // slice:3 is Django's slice:"3"; slice(3) is Jinja's, which makes columns.
  const argument = token.text === 'slice' && given.kind === 'literal' && typeof given.value === 'number' ? { ...given, value: String(given.value) } : given;
  return { ...base, args: [argument], named: [], span: stream.spanFrom(input.span.start) };
}

/** A literal or a look-up: filters that follow belong to the value, not to the argument. */
function parseColonArgument(stream: TokenStream, parse: Parse, trusts: boolean): Expression {
  const { start } = stream.peek();
  const isNegative = stream.take('-');
  let value = parsePrimary(stream, parse);
  while (stream.take('.')) value = parseMember(stream, value);
  if (isNegative) return { kind: 'unary', operator: '-', operand: value, span: stream.spanFrom(start) };
  return value.kind === 'literal' && typeof value.value === 'string' ? { ...value, trusted: trusts } : value;
}

/** (a, b, name=c) */
export function parseCallArguments(stream: TokenStream, parse: Parse): { args: Expression[]; named: Assignment[] } {
  stream.expect('(');
  const args: Expression[] = [];
  const named: Assignment[] = [];
  while (!stream.take(')')) {
    if (stream.peek().kind === 'name' && stream.isAt('=', 1)) named.push(parseNamed(stream, parse));
    else if (named.length > 0) stream.complain('expected name=value behind a named argument');
    else args.push(parse(stream));
    if (!stream.isAt(')')) stream.expect(',');
  }
  return { args, named };
}

/** name=value */
export function parseNamed(stream: TokenStream, parse: Parse): Assignment {
  const token = stream.expectName('a name');
  checkName(token.text, stream.spanOf(token));
  stream.expect('=');
  return { name: token.text, value: parse(stream) };
}
