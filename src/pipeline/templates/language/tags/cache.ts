/** cache: a piece of a page that is kept, as Django writes it, with tags beside. */
import { refuse } from '../../source-error.ts';
import { didYouMean } from '../../suggestion.ts';
import { parseOperand } from '../expressions.ts';
import type { Parser, Tag, TagParser } from '../parser.ts';
import type { TokenStream } from '../token-stream.ts';
import type { Assignment, Expression, Node } from '../tree.ts';
import { parseTagArguments } from './arguments.ts';

/** {% cache 500 sidebar request.user.id tags="news front" %}...{% endcache %} */
function parseCache(parser: Parser, tag: Tag): Node {
  const { stream, span } = tag;
  const seconds = checkedSeconds(parseOperand(stream));
  const name = parseFragmentName(stream);
  const { args: vary, named } = parseTagArguments(stream, []);
  const tags = tagsOf(named);
  stream.expectEnd();
  const { body, end } = parser.parseBody(tag, ['endcache']);
  end.stream.expectEnd();
  return { kind: 'cache', seconds, name, vary, tags, body, span };
}

/** TemplateSourceError for a time that is written out and none. */
function checkedSeconds(value: Expression): Expression {
  if (value.kind !== 'literal' || value.value === null || /^-?\d+$/.test(String(value.value))) return value;
  return refuse(value.span, `{% cache %} keeps for a whole number of seconds, or None for ever, not for ${JSON.stringify(value.value)}`);
}

/** A word up to the next space, with all that stands in it, or a string. */
function parseFragmentName(stream: TokenStream): string {
  const first = stream.peek();
  if (first.kind === 'string' && first.text !== '') return stream.next().text;
  if (first.kind !== 'name') stream.complain('expected a name for the fragment, such as sidebar');
  let { end } = stream.next();
  while (!stream.atEnd && stream.peek().start === end) ({ end } = stream.next());
  return stream.source.text.slice(first.start, end);
}

function tagsOf(named: readonly Assignment[]): Expression | null {
  const other = named.find(({ name }) => name !== 'tags');
  if (other?.name === 'using') refuse(other.value.span, 'all fragments are in one store, that of the server; leave out using');
  if (other !== undefined) refuse(other.value.span, `{% cache %} has no argument "${other.name}"${didYouMean(other.name, ['tags'])}; expected tags="..."`);
  return named[0]?.value ?? null;
}

export const CACHE_TAGS: Readonly<Record<string, TagParser>> = { cache: parseCache };
