/** translate, blocktranslate, language and what tells of languages, as Django's library i18n writes them. */
import { refuse } from '../../source-error.ts';
import { parseExpression, parseOperand } from '../expressions.ts';
import { parseFilters, parseLookups, parsePrimary } from '../operands.ts';
import type { Parser, Tag, TagParser } from '../parser.ts';
import type { TokenStream } from '../token-stream.ts';
import type { Assignment, Expression, HelperExpression, HelperName, MessageBody, Node, TranslationNode } from '../tree.ts';
import { parseAsName, parseTargetName, trusted } from './arguments.ts';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** {% translate "text"|filter context "month" noop as name %}: what is translated is the value, filters come behind that. */
const parseTranslate: TagParser = (_parser, { stream, span }) => {
  const operand = parseLookups(stream, parsePrimary(stream, parseExpression), parseExpression);
  // Its options stand behind the filters, which are put around it first.
  const message: Writable<HelperExpression> = { kind: 'helper', name: 'translate', args: [trusted(operand)], named: [], span: operand.span };
  const value = stream.take('|') ? parseFilters(stream, message, parseExpression) : message;
  let target: string | null = null;
  while (!stream.atEnd) {
    if (stream.take('noop')) message.name = 'untranslated';
    else if (stream.take('context')) message.args = [message.args[0] as Expression, parseOperand(stream)];
    else if (stream.isAt('as')) target = parseAsName(stream);
    else stream.complain('expected "context", "noop" or "as"');
  }
  return target === null ? { kind: 'output', value, span } : { kind: 'set', names: [target], attribute: null, value, span };
};

/** What the options of {% blocktranslate %} say. */
interface BlockOptions {
  readonly assignments: Assignment[];
  counter: Assignment | null;
  context: Expression | null;
  isTrimmed: boolean;
  target: string | null;
}

function parseBlockTranslate(parser: Parser, tag: Tag): Node {
  const options = parseBlockOptions(tag.stream);
  const ends = ['plural', `end${tag.name}`];
  const first = parser.parseBody(tag, ends);
  first.end.stream.expectEnd();
  const singular = messageOf(tag, first.body, options.isTrimmed);
  let plural: MessageBody | null = null;
  if (first.end.name === 'plural') {
    if (options.counter === null) refuse(first.end.span, `{% plural %} needs a number to go by: {% ${tag.name} count name=number %}`);
    plural = messageOf(tag, parser.parseBody(tag, [`end${tag.name}`]).body, options.isTrimmed);
  } else if (options.counter !== null) refuse(tag.span, '"count" needs a {% plural %} inside');
  const { assignments, counter, context, target } = options;
  const node: TranslationNode = { kind: 'blocktranslate', assignments, counter, context, singular, plural, target, span: tag.span };
  return node;
}

function parseBlockOptions(stream: TokenStream): BlockOptions {
  const options: BlockOptions = { assignments: [], counter: null, context: null, isTrimmed: false, target: null };
  while (!stream.atEnd) {
    if (stream.take('with')) options.assignments.push(...parseValues(stream));
    else if (stream.take('count')) {
      const [counter, ...others] = parseValues(stream);
      options.counter = counter as Assignment;
      options.assignments.push(...others);
    } else if (stream.take('context')) options.context = parseOperand(stream);
    else if (stream.take('trimmed')) options.isTrimmed = true;
    else if (stream.take('asvar')) options.target = parseTargetName(stream);
    else stream.complain('expected "with", "count", "context", "trimmed" or "asvar"');
  }
  return options;
}

/** name=value name=value, or Django's old "value as name and value as name". At least one. */
function parseValues(stream: TokenStream): Assignment[] {
  const values: Assignment[] = [];
  do values.push(parseValue(stream));
  while (stream.take('and') || (stream.peek().kind === 'name' && stream.isAt('=', 1)));
  return values;
}

function parseValue(stream: TokenStream): Assignment {
  if (stream.peek().kind === 'name' && stream.isAt('=', 1)) {
    const name = parseTargetName(stream);
    stream.next();
    return { name, value: parseOperand(stream) };
  }
  const value = parseOperand(stream);
  if (!stream.isAt('as')) stream.complain('expected name=value');
  stream.next();
  return { name: parseTargetName(stream), value };
}

/** The message of a body: its text with %(name)s for {{ name }}, and %% for percent signs, as makemessages writes it. */
function messageOf(tag: Tag, body: readonly Node[], isTrimmed: boolean): MessageBody {
  const pieces: MessageBody['pieces'][number][] = [];
  let id = '';
  for (const node of body) {
    if (node.kind === 'text') {
      id += node.text.replaceAll('%', '%%');
      pieces.push(node);
      continue;
    }
    if (node.kind !== 'output' || node.value.kind !== 'name' || !/^\w+$/.test(node.value.name)) {
      return refuse(node.span, `{% ${tag.name} %} holds text and names alone, such as {{ name }}; give others a name: {% ${tag.name} with name=... %}`);
    }
    id += `%(${node.value.name})s`;
    pieces.push({ ...node, value: node.value });
  }
  return { id: isTrimmed ? id.trim().replace(/\s*\n\s*/g, ' ') : id, pieces };
}

const parseLanguage: TagParser = (parser, tag) => {
  const language = parseOperand(tag.stream);
  tag.stream.expectEnd();
  return { kind: 'language', language, body: parser.parseBody(tag, ['endlanguage']).body, span: tag.span };
};

/** {% get_current_language as NAME %} and its kin. */
function telling(helper: HelperName): TagParser {
  return (_parser, { stream, span }) => {
    const args = takesLanguages(helper) && stream.expect('for').text !== '' ? [parseOperand(stream)] : [];
    stream.expect('as');
    const value: Expression = { kind: 'helper', name: helper, args, named: [], span };
    return { kind: 'set', names: [parseTargetName(stream)], attribute: null, value, span };
  };
}

function takesLanguages(helper: HelperName): boolean {
  return helper === 'languageInfo' || helper === 'languageInfoList';
}

export const TRANSLATION_TAGS: Readonly<Record<string, TagParser>> = {
  translate: parseTranslate,
  trans: parseTranslate,
  blocktranslate: parseBlockTranslate,
  blocktrans: parseBlockTranslate,
  language: parseLanguage,
  get_current_language: telling('currentLanguage'),
  get_current_language_bidi: telling('currentLanguageBidi'),
  get_available_languages: telling('availableLanguages'),
  get_language_info: telling('languageInfo'),
  get_language_info_list: telling('languageInfoList'),
};
