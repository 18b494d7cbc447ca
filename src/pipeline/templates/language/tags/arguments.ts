/**
 * Arguments of tags. Django separates them by spaces, Jinja by commas; both are taken everywhere.
 */
import { parseExpression, parseOperand } from '../expressions.ts';
import { checkName } from '../names.ts';
import { parseNamed } from '../operands.ts';
import type { TokenStream } from '../token-stream.ts';
import type { Assignment, Expression } from '../tree.ts';

/** a b "c" d=e up to a word of `stops` or the end. Values are without operators, so that spaces can separate them. */
export function parseTagArguments(stream: TokenStream, stops: readonly string[] = ['as']): { args: Expression[]; named: Assignment[] } {
  const args: Expression[] = [];
  const named: Assignment[] = [];
  while (!stream.atEnd && !stops.some((word) => stream.isAt(word))) {
    if (stream.peek().kind === 'name' && stream.isAt('=', 1)) named.push(parseNamed(stream, parseOperand));
    else args.push(parseOperand(stream));
    stream.take(',');
  }
  return { args, named };
}

/** Django takes constants of {% firstof %} and {% cycle %} for markup of the template's author: they are not escaped. */
export function trusted(value: Expression): Expression {
  return value.kind === 'literal' && typeof value.value === 'string' ? { ...value, trusted: true } : value;
}

/** The same for {% with %} and {% include %}, where only markup must be told from text: other constants stay what they are for filters and functions. */
function trustedMarkup(assignment: Assignment): Assignment {
  const { value } = assignment;
  return value.kind === 'literal' && /[&<>"']/.test(String(value.value)) ? { ...assignment, value: trusted(value) } : assignment;
}

/** name=value name=value, or Django's old "value as name". At least one. */
export function parseAssignments(stream: TokenStream, stops: readonly string[] = []): Assignment[] {
  const assignments: Assignment[] = [];
  while (!stream.atEnd && !stops.some((word) => stream.isAt(word))) {
    if (stream.peek().kind === 'name' && stream.isAt('=', 1)) assignments.push(trustedMarkup(parseNamed(stream, parseExpression)));
    else assignments.push(trustedMarkup(parseValueAsName(stream)));
    if (!stream.take(',')) stream.take('and');
  }
  if (assignments.length === 0) stream.complain('expected name=value');
  return assignments;
}

function parseValueAsName(stream: TokenStream): Assignment {
  const value = parseOperand(stream);
  stream.expect('as');
  return { name: parseTargetName(stream), value };
}

/** A name that the template gives to a value. */
export function parseTargetName(stream: TokenStream): string {
  const token = stream.expectName('a name');
  checkName(token.text, stream.spanOf(token));
  return token.text;
}

/** "as name" at the end of a tag, null without it. */
export function parseAsName(stream: TokenStream): string | null {
  return stream.take('as') ? parseTargetName(stream) : null;
}

/** One name, or several separated by commas, with or without parentheses. */
export function parseTargets(stream: TokenStream): string[] {
  const isParenthesized = stream.take('(');
  const names = [parseTargetName(stream)];
  while (stream.take(',')) names.push(parseTargetName(stream));
  if (isParenthesized) stream.expect(')');
  return names;
}
