/** macro, call, import, from. */
import { parseExpression } from '../expressions.ts';
import type { Parser, Tag, TagParser } from '../parser.ts';
import type { TokenStream } from '../token-stream.ts';
import type { Node, Parameter } from '../tree.ts';
import { parseTargetName } from './arguments.ts';

function parseParameters(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  stream.expect('(');
  while (!stream.take(')')) {
    const name = parseTargetName(stream);
    const fallback = stream.take('=') ? parseExpression(stream) : null;
    parameters.push({ name, fallback });
    if (!stream.isAt(')')) stream.expect(',');
  }
  return parameters;
}

function parseMacro(parser: Parser, tag: Tag): Node {
  const name = parseTargetName(tag.stream);
  const parameters = parseParameters(tag.stream);
  tag.stream.expectEnd();
  const { body, end } = parser.parseBody(tag, ['endmacro']);
  if (end.stream.peek().kind === 'name') end.stream.expect(name);
  end.stream.expectEnd();
  return { kind: 'macro', name, parameters, body, span: tag.span };
}

function parseCall(parser: Parser, tag: Tag): Node {
  const parameters = tag.stream.isAt('(') ? parseParameters(tag.stream) : [];
  const call = parseExpression(tag.stream);
  if (call.kind !== 'call') return tag.stream.complain('expected the call of a macro, such as {% call panel("title") %}');
  tag.stream.expectEnd();
  const { body } = parser.parseBody(tag, ['endcall']);
  return { kind: 'call', call, parameters, body, span: tag.span };
}

const parseImport: TagParser = (_parser, { stream, span }) => {
  const template = parseExpression(stream);
  stream.expect('as');
  return { kind: 'import', template, alias: parseTargetName(stream), names: [], withContext: parseWithContext(stream), span };
};

const parseFrom: TagParser = (_parser, { stream, span }) => {
  const template = parseExpression(stream);
  stream.expect('import');
  const names: { name: string; alias: string; span: Tag['span'] }[] = [];
  do {
    if (names.length > 0 && (stream.isAt('with') || stream.isAt('without')) && stream.isAt('context', 1)) break;
    const start = stream.peek().start;
    const name = parseTargetName(stream);
    const alias = stream.take('as') ? parseTargetName(stream) : name;
    names.push({ name, alias, span: stream.spanFrom(start) });
  } while (stream.take(','));
  return { kind: 'import', template, alias: null, names, withContext: parseWithContext(stream), span };
};

function parseWithContext(stream: TokenStream): boolean {
  const isWith = stream.take('with');
  if (isWith || stream.take('without')) stream.expect('context');
  return isWith;
}

export const MACRO_TAGS: Readonly<Record<string, TagParser>> = { macro: parseMacro, call: parseCall, import: parseImport, from: parseFrom };
