/** Tags that give text: url, static, csrf_token, now, firstof, widthratio, templatetag, querystring, filter, spaceless. */
import { refuse } from '../../source-error.ts';
import { didYouMean } from '../../suggestion.ts';
import { parseExpression } from '../expressions.ts';
import { parseFilters } from '../operands.ts';
import type { Tag, TagParser } from '../parser.ts';
import type { Expression, HelperName, Node } from '../tree.ts';
import { parseAsName, parseTagArguments, trusted } from './arguments.ts';

const DELIMITERS: Readonly<Record<string, string>> = {
  openblock: '{%',
  closeblock: '%}',
  openvariable: '{{',
  closevariable: '}}',
  openbrace: '{',
  closebrace: '}',
  opencomment: '{#',
  closecomment: '#}',
};

/** A tag that is a function of the engine: shown, or kept with "as name". */
function helperTag(helper: HelperName, arity: { min: number; max: number; named?: boolean }): TagParser {
  return (_parser, { name, stream, span }) => {
    const { args, named } = parseTagArguments(stream);
    const target = parseAsName(stream);
    if (args.length < arity.min || args.length > arity.max) refuse(span, `{% ${name} %} takes ${arityText(arity)}, not ${args.length}`);
    if (named.length > 0 && arity.named !== true) refuse(span, `{% ${name} %} takes no named arguments`);
    const forgiving = helper === 'url' && target !== null ? 'urlOrNothing' : helper;
    return show({ kind: 'helper', name: forgiving, args: helper === 'firstOf' ? args.map(trusted) : args, named, span }, target, span);
  };
}

function arityText({ min, max }: { min: number; max: number }): string {
  const count = min === max ? String(min) : max === Infinity ? `${min} or more` : `${min} to ${max}`;
  return `${count} argument${count === '1' ? '' : 's'}`;
}

function show(value: Expression, target: string | null, span: Tag['span']): Node {
  return target === null ? { kind: 'output', value, span } : { kind: 'set', names: [target], attribute: null, value, span };
}

const parseTemplateTag: TagParser = (_parser, { stream, span }) => {
  const token = stream.expectName('the name of a delimiter');
  const text = Object.hasOwn(DELIMITERS, token.text) ? DELIMITERS[token.text] : undefined;
  if (text === undefined) {
    return refuse(
      stream.spanOf(token),
      `unknown delimiter "${token.text}"${didYouMean(token.text, Object.keys(DELIMITERS))}; expected one of ${Object.keys(DELIMITERS).join(', ')}`,
    );
  }
  return { kind: 'text', text, span };
};

/** {% filter upper|linebreaks %} body {% endfilter %}: the body is parsed first, for it is what the filters are put around. */
const parseFilterTag: TagParser = (parser, tag) => {
  const { body } = parser.parseBody(tag, ['endfilter']);
  const value = parseFilters(tag.stream, { kind: 'capture', body, span: tag.span }, parseExpression);
  return { kind: 'output', value: { kind: 'helper', name: 'filtered', args: [value], named: [], span: tag.span }, span: tag.span };
};

const parseSpaceless: TagParser = (parser, tag) => {
  const { body } = parser.parseBody(tag, ['endspaceless']);
  const capture: Expression = { kind: 'capture', body, span: tag.span };
  return { kind: 'output', value: { kind: 'helper', name: 'spaceless', args: [capture], named: [], span: tag.span }, span: tag.span };
};

export const OUTPUT_TAGS: Readonly<Record<string, TagParser>> = {
  url: helperTag('url', { min: 1, max: Infinity, named: true }),
  static: helperTag('static', { min: 1, max: 1 }),
  csrf_token: helperTag('csrfField', { min: 0, max: 0 }),
  now: helperTag('now', { min: 1, max: 1 }),
  firstof: helperTag('firstOf', { min: 1, max: Infinity }),
  widthratio: helperTag('widthRatio', { min: 3, max: 3 }),
  querystring: helperTag('queryString', { min: 0, max: 1, named: true }),
  templatetag: parseTemplateTag,
  filter: parseFilterTag,
  spaceless: parseSpaceless,
};
