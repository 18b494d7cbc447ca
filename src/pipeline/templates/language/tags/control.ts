/** if, for, cycle, resetcycle, ifchanged, flush. */
import { refuse } from '../../source-error.ts';
import { parseExpression, parseOr } from '../expressions.ts';
import type { Parser, Tag, TagParser } from '../parser.ts';
import type { Expression, Node } from '../tree.ts';
import { parseTagArguments, parseTargetName, parseTargets, trusted } from './arguments.ts';

function parseIf(parser: Parser, tag: Tag): Node {
  const arms: { test: Expression; body: Node[] }[] = [];
  let otherwise: Node[] = [];
  for (let current = tag; ;) {
    const isElse = current.name === 'else';
    const test = isElse ? null : parseExpression(current.stream);
    current.stream.expectEnd();
    const { body, end } = parser.parseBody(tag, isElse ? ['endif'] : ['elif', 'elseif', 'else', 'endif']);
    if (test === null) otherwise = body;
    else arms.push({ test, body });
    if (end.name === 'endif') return { kind: 'if', arms, otherwise, span: tag.span };
    current = end;
  }
}

function parseFor(parser: Parser, tag: Tag): Node {
  const { stream } = tag;
  const targets = parseTargets(stream);
  stream.expect('in');
  const iterable = parseOr(stream);
  const reversed = stream.take('reversed');
  const filter = stream.take('if') ? parseOr(stream) : null;
  stream.expectEnd();
  const { body, end } = parser.parseBody(tag, ['empty', 'else', 'endfor']);
  const empty = end.name === 'endfor' ? [] : parser.parseBody(tag, ['endfor']).body;
  return { kind: 'for', targets, iterable, filter, reversed, body, empty, span: tag.span };
}

const parseCycle: TagParser = (parser, { stream, span }) => {
  const { args: values } = parseTagArguments(stream);
  if (values.length === 0) stream.complain('expected the values to go through');
  const only = values[0] as Expression;
  // {% cycle name %} goes on with the cycle of that name.
  if (values.length === 1 && only.kind === 'name' && parser.cycles.has(only.name) && stream.atEnd) {
    return { kind: 'cycle', values: [], name: only.name, silent: false, span };
  }
  const name = stream.take('as') ? parseTargetName(stream) : null;
  if (name !== null) parser.cycles.add(name);
  return { kind: 'cycle', values: values.map(trusted), name, silent: stream.take('silent'), span };
};

const parseResetCycle: TagParser = (parser, { stream, span }) => {
  const name = stream.atEnd ? null : parseTargetName(stream);
  if (name !== null && !parser.cycles.has(name)) refuse(span, `there is no {% cycle ... as ${name} %} above`);
  return { kind: 'resetcycle', name, span };
};

const parseIfChanged: TagParser = (parser, tag) => {
  const { args: values } = parseTagArguments(tag.stream, []);
  const { body, end } = parser.parseBody(tag, ['else', 'endifchanged']);
  const otherwise = end.name === 'else' ? parser.parseBody(tag, ['endifchanged']).body : [];
  return { kind: 'ifchanged', values, body, otherwise, span: tag.span };
};

export const CONTROL_TAGS: Readonly<Record<string, TagParser>> = {
  if: parseIf,
  for: parseFor,
  cycle: parseCycle,
  resetcycle: parseResetCycle,
  ifchanged: parseIfChanged,
  flush: (_parser, { span }) => ({ kind: 'flush', span }),
};
