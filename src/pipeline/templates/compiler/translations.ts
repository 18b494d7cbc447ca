/**
 * {% blocktranslate %} and {% language %}.
 *
 * DESIGN: what a catalogue says is markup of the site, as the template itself is; values in it are not. Where a value will stand only the
 * translation knows, so it gets all guards that its places in the template's own text ask for: a translation puts a link where the text has
 * one. Languages change by calling a function around the body, so that nothing is left behind when it fails or waits.
 */
import type { Span } from '../language/source.ts';
import type { Assignment, LanguageNode, MessageBody, TranslationNode } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import { quote } from './code-block.ts';
import type { Emitter } from './emitter.ts';
import { advanceHtml, HTML_TEXT, type HtmlContext, mergeHtml } from './html-context.ts';
import { assign, emitNodes, expressionsOf } from './nodes.ts';
import { guardCall, requireTextPlace } from './outputs.ts';
import { afterOutput, guardFor, isSchemeEnd, type OutputGuard } from './output-guard.ts';
import type { Binding } from './scope.ts';

/** A name in a message: where it stands, and what its places ask for. */
interface MessageName {
  readonly span: Span;
  readonly guards: OutputGuard[];
}

/** What a message becomes where it stands. */
interface Walk {
  readonly names: Map<string, MessageName>;
  readonly end: HtmlContext;
  /** It is inside of one attribute's value from its beginning to its end. */
  readonly isValue: boolean;
}

export function emitBlockTranslate(emitter: Emitter, node: TranslationNode): void {
  if (node.target === null) requireTextPlace(emitter, 'a {% blocktranslate %}', node.span);
  const start = node.target === null ? emitter.html : HTML_TEXT;
  const bodies = [node.singular, ...(node.plural === null ? [] : [node.plural])];
  const names = new Map<string, MessageName>();
  const walks = bodies.map((body) => walk(emitter, body, start, names));
  const bindings: Record<string, Binding> = {};
  for (const each of [...(node.counter === null ? [] : [node.counter]), ...node.assignments]) bindings[each.name] = bindingOf(emitter, each);
  let code = '';
  emitter.inScope(() => (code = messageCode(emitter, node, names)), bindings);
  if (node.target !== null) return emitter.block.statement(`${emitter.variable(node.target)} = ${code};`);
  const guarded = walks.every(({ isValue }) => isValue) ? `guardAttribute(s, ${code})` : code;
  emitter.block.output({ kind: 'value', code: `writeRaw(s, ${guarded})`, mode: 1 });
  if (!emitter.followsHtml) return;
  emitter.html = mergeHtml(walks.map(({ end }) => end));
  if (emitter.html.state !== 'value') emitter.openUrls = [];
}

function bindingOf(emitter: Emitter, { name, value }: Assignment): Binding {
  return { kind: 'variable', code: assign(emitter, name, value), isCertain: true };
}

/** Code of the message as markup: context, both texts, the number to go by, the values. */
function messageCode(emitter: Emitter, { context, singular, plural, counter, span }: TranslationNode, names: ReadonlyMap<string, MessageName>): string {
  const expressions = expressionsOf(emitter);
  const values = [...names].map(([name, { span: place, guards }]) => {
    const value = guards.reduce((code, guard) => guardCall(code, guard), expressions.value({ kind: 'name', name, span: place }));
    return `[${quote(name)}]: ${emitter.at(place, `messageValue(s, ${value}, ${emitter.escapes})`)}`;
  });
  const number = counter === null ? 'null' : expressions.value({ kind: 'name', name: counter.name, span: counter.value.span });
  const texts = [singular, plural].map((body) => (body === null ? 'null' : quote(body.id))).join(', ');
  return emitter.at(span, `messageText(s, ${context === null ? 'undefined' : expressions.value(context)}, ${texts}, ${number}, { __proto__: null, ${values.join(', ')} })`);
}

/** Goes through the template's own text of a message, and notes in `names` what each value needs. */
function walk(emitter: Emitter, { pieces }: MessageBody, start: HtmlContext, names: Map<string, MessageName>): Walk {
  let html = start;
  let isValue = start.state === 'value';
  const isFollowed = emitter.followsHtml && emitter.escapes;
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      if (isFollowed && isSchemeEnd(html, piece.text)) refuse(piece.span, 'a value in front of this could be the scheme of the URL; write the scheme out');
      html = emitter.followsHtml ? advanceHtml(html, piece.text) : html;
    } else {
      const known = names.get(piece.value.name) ?? { span: piece.span, guards: [] };
      names.set(piece.value.name, known);
      if (isFollowed) addGuard(known.guards, guardFor(html, piece.span), piece.span);
      html = emitter.followsHtml ? afterOutput(html) : html;
    }
    isValue &&= html.state === 'value';
  }
  const isOpenUrl = html.state === 'value' && [...names.values()].some(({ guards }) => guards.some(({ guard }) => guard === 'guardUrl'));
  if (isOpenUrl) refuse(pieces.at(-1)?.span as Span, 'a URL with a value must end inside of {% blocktranslate %}, where it began');
  return { names, end: html, isValue };
}

function addGuard(guards: OutputGuard[], guard: OutputGuard, span: Span): void {
  if (guard.guard === null) return;
  if (guard.guard !== 'guardUrl' && guard.guard !== 'guardAttribute')
    refuse(span, 'a value of {% blocktranslate %} may stand in text and in attributes, not in scripts, styles or tags; take it out of the message');
  const isThere = guards.some((other) => other.guard === guard.guard && other.prefix === guard.prefix && other.mayBeImage === guard.mayBeImage);
  if (!isThere) guards.push(guard);
}

/** The body as it is, called in the language. It is part of the function around it, but sends nothing. */
export function emitLanguage(emitter: Emitter, { language, body, span }: LanguageNode): void {
  const code = emitter.at(span, `languageName(s, ${expressionsOf(emitter).value(language)})`);
  const block = emitter.newBlock();
  emitter.with({ block, frame: { ...emitter.frame, isPage: false } }, () => emitNodes(emitter, body));
  const call = `inLanguage(${code}, ${emitter.functionPrefix}() => {\n${block.finish()}\n});`;
  emitter.block.statement(emitter.form === 'sync' ? call : `await ${call}`);
}
