/** with, set, autoescape, regroup, load. */
import { refuse } from '../../source-error.ts';
import { parseExpression, parseOperand } from '../expressions.ts';
import { parsePath } from '../operands.ts';
import type { Parser, Tag, TagParser } from '../parser.ts';
import type { Expression, Node } from '../tree.ts';
import { parseAssignments, parseTargetName, parseTargets } from './arguments.ts';

function parseWith(parser: Parser, tag: Tag): Node {
  const assignments = parseAssignments(tag.stream);
  const { body } = parser.parseBody(tag, ['endwith']);
  return { kind: 'with', assignments, body, span: tag.span };
}

/** {% set a = 1 %}, {% set a, b = pair %}, {% set box.count = 2 %}, {% set a %}text{% endset %} */
function parseSet(parser: Parser, tag: Tag): Node {
  const { stream, span } = tag;
  const names = parseTargets(stream);
  const attribute = names.length === 1 && stream.take('.') ? parseTargetName(stream) : null;
  if (stream.take('=')) return { kind: 'set', names, attribute, value: parseSetValue(stream), span };
  stream.expectEnd();
  if (names.length > 1) refuse(span, '{% set %} with a body sets one name');
  const { body } = parser.parseBody(tag, ['endset']);
  return { kind: 'set', names, attribute, value: { kind: 'capture', body, span }, span };
}

/** One value, or several for several names. */
function parseSetValue(stream: Tag['stream']): Expression {
  const first = parseExpression(stream);
  if (!stream.isAt(',')) return first;
  const items = [first];
  while (stream.take(',')) items.push(parseExpression(stream));
  return { kind: 'list', items, span: stream.spanFrom(first.span.start) };
}

function parseAutoescape(parser: Parser, tag: Tag): Node {
  const { stream, span } = tag;
  const isOn = stream.take('on') || stream.take('true') || stream.take('True');
  if (!isOn && !stream.take('off') && !stream.take('false') && !stream.take('False')) stream.complain('expected "on" or "off"');
  const { body } = parser.parseBody(tag, ['endautoescape']);
  return { kind: 'autoescape', on: isOn, body, span };
}

const REGROUPED = '=item';

/** {% regroup cities by country.name|upper as groups %} */
const parseRegroup: TagParser = (_parser, { stream, span }) => {
  const list = parseOperand(stream);
  stream.expect('by');
  const item: Expression = { kind: 'name', name: REGROUPED, span: stream.spanOf(stream.peek()) };
  const key = parsePath(stream, item, parseExpression);
  stream.expect('as');
  const name = parseTargetName(stream);
  return { kind: 'set', names: [name], attribute: null, value: { kind: 'regroup', list, item: REGROUPED, key, span }, span };
};

/** Django's {% load %} has nothing to do: what the application registered is there. It is taken so that its templates run as they are. */
const parseLoad: TagParser = (_parser, { stream }) => {
  do stream.expectName('the name of a library');
  while (!stream.atEnd);
  return null;
};

export const SCOPE_TAGS: Readonly<Record<string, TagParser>> = {
  with: parseWith,
  set: parseSet,
  autoescape: parseAutoescape,
  regroup: parseRegroup,
  load: parseLoad,
};
