/**
 * Which guard of the runtime an output needs where it stands, and what the context is behind it.
 */
import type { Span } from '../language/source.ts';
import { refuse } from '../source-error.ts';
import { type HtmlContext, isEventHandler } from './html-context.ts';

/** How a value is written. `code` makes the guarded value from the code of the value; null: it goes as it is. */
export interface OutputGuard {
  readonly mode: 'escape' | 'raw';
  readonly guard: GuardName | null;
  /** What precedes the value in the attribute or the tag's name, for the guards that look at it. */
  readonly prefix: string;
  readonly mayBeImage: boolean;
}

export type GuardName =
  | 'guardUrl'
  | 'guardScheme'
  | 'guardScript'
  | 'guardScriptString'
  | 'guardStyle'
  | 'guardTagName'
  | 'guardAttributeName'
  | 'guardSourceDocument'
  | 'guardAttribute';

const URL_ATTRIBUTES = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'cite',
  'poster',
  'background',
  'data',
  'manifest',
  'xlink:href',
  'codebase',
  'longdesc',
  'ping',
  'profile',
  'usemap',
  'classid',
  'icon',
  'from',
  'to',
  'values',
]);
const IMAGE_ELEMENTS = new Set(['img', 'source', 'image', 'video', 'input']);

const TEXT: OutputGuard = { mode: 'escape', guard: null, prefix: '', mayBeImage: false };

/** The guard of an output. TemplateSourceError where nothing makes a value safe. */
export function guardFor(context: HtmlContext, span: Span): OutputGuard {
  switch (context.state) {
    case 'text':
    case 'comment':
    case 'markup declaration':
      return TEXT;
    case 'raw text':
      return rawTextGuard(context, span);
    case 'value':
      return valueGuard(context, span);
    case 'tag name':
      return { ...TEXT, guard: 'guardTagName', prefix: context.element + (context.hasOutput ? '?' : '') };
    case 'tag':
      return { ...TEXT, guard: 'guardAttributeName' };
    case 'before value':
      return refuse(
        span,
        `the value of ${context.attribute} has no quotes, so escaping cannot keep an output inside of it; write ${context.attribute}="{{ ... }}"`,
      );
    case 'attribute name':
    case 'after attribute name':
      return refuse(span, "an output may not be part of an attribute's name; write the whole name out, or leave a space before the output");
    case 'mixed':
      return refuse(
        span,
        'the branches of a tag above end in different places of the HTML, so it is not known what this output needs; ' +
          'close in each branch what it opens, or write it with |safe',
      );
  }
}

function rawTextGuard(context: HtmlContext, span: Span): OutputGuard {
  if (context.element === 'style') return { ...TEXT, guard: 'guardStyle' };
  if (context.element !== 'script' || context.isInert) return TEXT;
  return { ...scriptGuard(context, span), mode: 'raw' };
}

function scriptGuard(context: HtmlContext, span: Span): OutputGuard {
  switch (context.script) {
    case 'code':
      return { ...TEXT, guard: 'guardScript' };
    case '"':
    case "'":
      return { ...TEXT, guard: 'guardScriptString' };
    case '`':
      return refuse(span, 'an output inside of a template literal could run code; put it into a variable first: const name = {{ ... }};');
    case 'line comment':
    case 'block comment':
      return refuse(span, 'an output inside of a comment of a script could end the comment; take it out');
    case 'unknown':
      return refuse(
        span,
        'it cannot be told whether this place of the script is code or text; use {{ value|json_script:"id" }}, or move it above the line with "/" or "${"',
      );
  }
}

function valueGuard(context: HtmlContext, span: Span): OutputGuard {
  const { attribute, quote, element } = context;
  if (quote === '') {
    refuse(span, `the value of ${attribute} has no quotes, so escaping cannot keep an output inside of it; write ${attribute}="..."`);
  }
  if (isEventHandler(attribute)) return scriptGuard(context, span);
  if (attribute === 'style') return { ...TEXT, guard: 'guardStyle' };
  if (attribute === 'srcdoc') return { ...TEXT, guard: 'guardSourceDocument' };
  if (!URL_ATTRIBUTES.has(attribute) || isDecided(context.value)) return { ...TEXT, guard: 'guardAttribute' };
  return { ...TEXT, guard: 'guardUrl', prefix: context.hasOutput ? '' : context.value, mayBeImage: IMAGE_ELEMENTS.has(element) };
}

/** Whether what is written out says which kind of URL it is: a path, a query, a fragment or a scheme that runs no code. */
function isDecided(value: string): boolean {
  const scheme = /^\s*([^/?#]*?):/.exec(value);
  if (scheme !== null)
    return !/^(?:javascript|data|vbscript|about|blob|filesystem|view-source)$/i.test((scheme[1] as string).replace(/[\x00-\x20]/g, ''));
  return /[/?#]/.test(value);
}

/** The context behind an output. */
export function afterOutput(context: HtmlContext): HtmlContext {
  if (context.state === 'value' || context.state === 'tag name') return { ...context, hasOutput: true };
  return context;
}

/** Whether text behind an output in a URL makes that output the scheme: {{ scheme }}://host/. */
export function isSchemeEnd(context: HtmlContext, text: string): boolean {
  return (
    context.state === 'value' &&
    context.hasOutput &&
    URL_ATTRIBUTES.has(context.attribute) &&
    !isDecided(context.value) &&
    /^[^/?#"'\s]*?:/.test(text)
  );
}
