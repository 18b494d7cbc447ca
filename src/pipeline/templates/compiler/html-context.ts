/**
 * Where in an HTML document a piece of template text ends: in text, in a tag, in which attribute, in a script. The compiler keeps
 * one of these while it walks through a template and chooses for each output what makes it safe there.
 *
 * DESIGN: the tokenizer states of the HTML standard (13.2.5) as far as they decide how a value must be encoded. Values are
 * immutable; branches of an {% if %} continue from the same one and are merged behind it. Where branches end differently the place is "mixed",
 * and outputs in it are refused.
 */
import { advanceScript, type ScriptPlace } from './script-context.ts';

export type HtmlState =
  | 'text'
  | 'tag name'
  | 'tag'
  | 'attribute name'
  | 'after attribute name'
  | 'before value'
  | 'value'
  | 'raw text'
  | 'comment'
  | 'markup declaration'
  | 'mixed';

export interface HtmlContext {
  readonly state: HtmlState;
  /** The element whose tag or content this is, lower case; "" when a value names it. */
  readonly element: string;
  readonly attribute: string;
  /** What encloses the value: " or ' or nothing. */
  readonly quote: string;
  /** The value so far, as far as it is written out. */
  readonly value: string;
  /** Whether an output is part of the value so far. */
  readonly hasOutput: boolean;
  readonly script: ScriptPlace;
  /** <script> of a type that is data or another language, not JavaScript. */
  readonly isInert: boolean;
}

export const HTML_TEXT: HtmlContext = {
  state: 'text',
  element: '',
  attribute: '',
  quote: '',
  value: '',
  hasOutput: false,
  script: 'code',
  isInert: false,
};
export const MIXED: HtmlContext = { ...HTML_TEXT, state: 'mixed' };

/** Elements whose content is not markup (HTML 13.1.2). */
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);
const SPACE = /[\t\n\f\r ]/;

/** The context behind `text`. Pure. */
export function advanceHtml(context: HtmlContext, text: string): HtmlContext {
  let current = context;
  for (let at = 0; at < text.length && current.state !== 'mixed';) {
    const [next, consumed] = STEPS[current.state](current, text, at);
    current = next;
    at = consumed;
  }
  return current;
}

type Step = (context: HtmlContext, text: string, at: number) => [HtmlContext, number];

const STEPS: Readonly<Record<HtmlState, Step>> = {
  text: stepText,
  'tag name': stepTagName,
  tag: stepTag,
  'attribute name': stepAttributeName,
  'after attribute name': stepAfterAttributeName,
  'before value': stepBeforeValue,
  value: stepValue,
  'raw text': stepRawText,
  comment: (context, text, at) => skipTo(context, text, at, /--!?>/, HTML_TEXT),
  'markup declaration': (context, text, at) => skipTo(context, text, at, />/, HTML_TEXT),
  mixed: (context, text) => [context, text.length],
};

function skipTo(context: HtmlContext, text: string, at: number, end: RegExp, then: HtmlContext): [HtmlContext, number] {
  const found = end.exec(text.slice(at));
  return found === null ? [context, text.length] : [then, at + found.index + found[0].length];
}

function stepText(_context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const open = text.indexOf('<', at);
  if (open === -1) return [HTML_TEXT, text.length];
  if (text.startsWith('<!--', open)) return [{ ...HTML_TEXT, state: 'comment' }, open + 4];
  const after = text[open + 1];
  if (after === '!' || after === '?') return [{ ...HTML_TEXT, state: 'markup declaration' }, open + 2];
  // "<" at the end of the text: an output may name the element.
  if (after === undefined || after === '/' || /[a-z]/i.test(after)) return [{ ...HTML_TEXT, state: 'tag name' }, open + 1];
  return [HTML_TEXT, open + 1];
}

function stepTagName(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const end = /[\t\n\f\r />]/.exec(text.slice(text[at] === '/' ? at + 1 : at));
  const start = text[at] === '/' ? 1 : 0;
  const length = end === null ? text.length - at : end.index + start;
  const element = (context.element + text.slice(at, at + length)).toLowerCase();
  if (end === null) return [{ ...context, element }, text.length];
  return [{ ...context, element: context.hasOutput ? '' : element, state: 'tag', hasOutput: false }, at + length];
}

function stepTag(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const character = text[at] as string;
  if (character === '>') return [contentOf(context), at + 1];
  if (SPACE.test(character) || character === '/') return [context, at + 1];
  return [{ ...context, state: 'attribute name', attribute: '', value: '', quote: '', hasOutput: false }, at];
}

/** The context behind the ">" of a start or end tag. */
function contentOf(context: HtmlContext): HtmlContext {
  if (!RAW_TEXT.has(context.element)) return HTML_TEXT;
  return { ...HTML_TEXT, state: 'raw text', element: context.element, isInert: context.isInert };
}

function stepAttributeName(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const end = /[\t\n\f\r />=]/.exec(text.slice(at + (text[at] === '=' && context.attribute === '' ? 1 : 0)));
  const length = end === null ? text.length - at : end.index;
  const attribute = (context.attribute + text.slice(at, at + length)).toLowerCase();
  if (end === null) return [{ ...context, attribute }, text.length];
  return [{ ...context, attribute, state: 'after attribute name' }, at + length];
}

function stepAfterAttributeName(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const character = text[at] as string;
  if (SPACE.test(character)) return [context, at + 1];
  if (character === '=') return [{ ...context, state: 'before value' }, at + 1];
  return [{ ...context, state: 'tag' }, at];
}

function stepBeforeValue(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const character = text[at] as string;
  if (SPACE.test(character)) return [context, at + 1];
  if (character === '>') return [contentOf(context), at + 1];
  const quote = character === '"' || character === "'" ? character : '';
  return [{ ...context, state: 'value', quote, value: '', hasOutput: false, script: 'code' }, quote === '' ? at : at + 1];
}

function stepValue(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const end = context.quote === '' ? /[\t\n\f\r >]/.exec(text.slice(at)) : null;
  const close = context.quote === '' ? (end === null ? -1 : at + end.index) : text.indexOf(context.quote, at);
  const piece = text.slice(at, close === -1 ? undefined : close);
  const value = context.value + piece;
  const script = isEventHandler(context.attribute) ? advanceScript(context.script, decodeQuotes(piece)) : context.script;
  if (close === -1) return [{ ...context, value, script }, text.length];
  const isInert =
    context.isInert || (context.element === 'script' && context.attribute === 'type' && !context.hasOutput && isInertType(value));
  return [{ ...context, state: 'tag', value, script: 'code', isInert, hasOutput: false }, context.quote === '' ? close : close + 1];
}

function stepRawText(context: HtmlContext, text: string, at: number): [HtmlContext, number] {
  const rest = text.slice(at);
  const close = new RegExp(`</${context.element}(?=[\\t\\n\\f\\r />]|$)`, 'i').exec(rest);
  const content = close === null ? rest : rest.slice(0, close.index);
  const script = context.element === 'script' ? advanceScript(context.script, content) : context.script;
  if (close === null || context.element === 'plaintext') return [{ ...context, script }, text.length];
  return [{ ...HTML_TEXT, state: 'tag', element: `/${context.element}` }, at + close.index + close[0].length];
}

/** Attributes that hold a script. */
export function isEventHandler(attribute: string): boolean {
  return attribute.startsWith('on');
}

/** Types of <script> whose content is neither JavaScript nor JSON. */
function isInertType(type: string): boolean {
  return (
    type !== '' &&
    !/^(?:module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:java|ecma|j)script|(?:application|text)\/(?:[\w.]+\+)?json)\b/i.test(
      type.trim(),
    )
  );
}

function decodeQuotes(text: string): string {
  return text
    .replace(/&(?:quot|#34|#x22);/gi, '"')
    .replace(/&(?:apos|#39|#x27);/gi, "'")
    .replace(/&amp;/gi, '&');
}

/** The context behind branches that may each have been taken. */
export function mergeHtml(branches: readonly HtmlContext[]): HtmlContext {
  return branches.reduce(mergeTwo);
}

function mergeTwo(a: HtmlContext, b: HtmlContext): HtmlContext {
  if (a.state === b.state && a.state === 'value' && a.attribute === b.attribute && a.quote === b.quote && a.script === b.script) {
    // What is written out in both decides; else the value counts as open.
    return {
      ...a,
      value: a.value === b.value ? a.value : commonStart(a.value, b.value),
      hasOutput: a.hasOutput || b.hasOutput || a.value !== b.value,
    };
  }
  if (isBetweenAttributes(a) && isBetweenAttributes(b) && a.element === b.element) {
    return { ...a, state: 'tag', isInert: a.isInert && b.isInert, hasOutput: false };
  }
  const isSame = (Object.keys(a) as (keyof HtmlContext)[]).every((key) => a[key] === b[key] || key === 'value' || key === 'attribute');
  return isSame ? a : MIXED;
}

/** Between attributes, behind one without a value, or behind the name of the tag. */
function isBetweenAttributes({ state, hasOutput }: HtmlContext): boolean {
  return (state === 'tag name' && !hasOutput) || state === 'tag' || state === 'attribute name' || state === 'after attribute name';
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
