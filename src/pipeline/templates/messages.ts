/** The messages that a template asks for, for makemessages. Pure. */
import { type CustomTags, parseTemplate } from './language/parser.ts';
import { Source, type Span } from './language/source.ts';
import { TAG_PARSERS } from './language/tags/index.ts';
import type { Expression, TranslationNode } from './language/tree.ts';

/** A message, and where it stands. Lines count from 1. */
export interface TemplateMessage {
  readonly context: string | undefined;
  readonly id: string;
  readonly plural: string | undefined;
  readonly line: number;
}

type Helper = Extract<Expression, { kind: 'helper' }>;

/** Which tags an application has is not known here: a tag that is not ours is one of its own, and so is its end. */
class AnyTags extends Map<string, { hasBody: boolean }> {
  override get(name: string): { hasBody: boolean } | undefined {
    return TAG_PARSERS.has(name) ? undefined : { hasBody: false };
  }
}

const ANY_TAGS: CustomTags = new AnyTags();

/** Messages that are written out, in their order. `name` is for messages. TemplateError for a template that cannot be parsed. */
export function messagesOfTemplate(name: string, text: string): TemplateMessage[] {
  const source = new Source(name, text);
  const found: TemplateMessage[] = [];
  const add = (span: Span, context: Expression | null | undefined, id: string, plural?: string): void => {
    const meaning = context === null || context === undefined ? undefined : literalOf(context);
    // A context that is a value is known to nobody but the page.
    if (meaning !== null && id !== '') found.push({ context: meaning, id, plural, line: source.position(span.start).line });
  };
  walk(parseTemplate(source, ANY_TAGS).body, (node) => {
    if (node.kind === 'helper' && (node.name === 'translate' || node.name === 'untranslated')) {
      const id = literalOf(node.args[0] as Expression);
      if (id !== null) add(node.span, node.args[1], id.replaceAll('%', '%%'));
    } else if (node.kind === 'blocktranslate') add(node.span, node.context, node.singular.id, node.plural?.id);
  });
  return found;
}

function literalOf(expression: Expression): string | null {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : null;
}

/** Nodes and expressions alike, from the outside in. */
function walk(value: unknown, visit: (node: Helper | TranslationNode) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) return value.forEach((each) => walk(each, visit));
  if ('kind' in value) visit(value as Helper | TranslationNode);
  for (const [key, inner] of Object.entries(value)) if (key !== 'span' && key !== 'nameSpan') walk(inner, visit);
}
