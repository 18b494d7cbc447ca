/** Tags that the application has added: {% name a b=c as target %}, with a body when it was declared so. */
import type { Parser, Tag } from '../parser.ts';
import type { Node } from '../tree.ts';
import { parseAsName, parseTagArguments } from './arguments.ts';

export function parseCustomTag(parser: Parser, tag: Tag, hasBody: boolean): Node {
  const { args, named } = parseTagArguments(tag.stream);
  const target = parseAsName(tag.stream);
  tag.stream.expectEnd();
  let body: Node[] | null = null;
  if (hasBody) {
    const parsed = parser.parseBody(tag, [`end${tag.name}`]);
    parsed.end.stream.expectEnd();
    body = parsed.body;
  }
  return { kind: 'custom', name: tag.name, args, named, body, target, span: tag.span };
}
