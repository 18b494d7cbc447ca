/** extends, block, include, partialdef, partial. */
import { refuse } from '../../source-error.ts';
import { parseExpression } from '../expressions.ts';
import type { TagParser } from '../parser.ts';
import type { BlockNode, PartialNode } from '../tree.ts';
import { parseAssignments, parseTargetName } from './arguments.ts';

const parseExtends: TagParser = (parser, tag) => {
  parser.extend(tag, parseExpression(tag.stream));
  return null;
};

const parseBlock: TagParser = (parser, tag) => {
  const name = parseTargetName(tag.stream);
  // Jinja's words for what is always so here.
  while (tag.stream.take('scoped') || tag.stream.take('required'));
  if (parser.blocks.has(name)) refuse(tag.span, `there is another {% block ${name} %} in this template`);
  tag.stream.expectEnd();
  const { body, end } = parser.parseBody(tag, ['endblock']);
  expectSameName(end.stream, name);
  const node: BlockNode = { kind: 'block', name, body, span: tag.span };
  parser.blocks.set(name, node);
  return node;
};

const parseInclude: TagParser = (_parser, { stream, span }) => {
  const template = parseExpression(stream);
  let ignoreMissing = false;
  let only = false;
  let assignments: ReturnType<typeof parseAssignments> = [];
  while (!stream.atEnd) {
    if (stream.take('ignore')) ignoreMissing = stream.expect('missing').text !== '';
    else if (stream.take('only')) only = true;
    else if (stream.take('without')) only = stream.expect('context').text !== '';
    else if (stream.isAt('with') && stream.isAt('context', 1)) void [stream.next(), stream.next()];
    else if (stream.take('with')) assignments = parseAssignments(stream, ['only', 'ignore']);
    else stream.complain('expected "with", "only" or "ignore missing"');
  }
  return { kind: 'include', template, assignments, only, ignoreMissing, span };
};

const parsePartialDefinition: TagParser = (parser, tag) => {
  const name = parseTargetName(tag.stream);
  const inline = tag.stream.take('inline');
  if (parser.partials.has(name)) refuse(tag.span, `there is another {% partialdef ${name} %} in this template`);
  const { body, end } = parser.parseBody(tag, ['endpartialdef']);
  expectSameName(end.stream, name);
  const node: PartialNode = { kind: 'partialdef', name, inline, body, span: tag.span };
  parser.partials.set(name, node);
  return node;
};

/** {% endblock name %} must name what it ends. */
function expectSameName(stream: Parameters<typeof parseTargetName>[0], name: string): void {
  if (stream.peek().kind !== 'name') return stream.expectEnd();
  if (stream.peek().text !== name) stream.complain(`expected "${name}", which is what ends here`);
  stream.next();
}

export const INHERITANCE_TAGS: Readonly<Record<string, TagParser>> = {
  extends: parseExtends,
  block: parseBlock,
  include: parseInclude,
  partialdef: parsePartialDefinition,
  partial: (_parser, { stream, span }) => ({ kind: 'partial', name: parseTargetName(stream), span }),
};
