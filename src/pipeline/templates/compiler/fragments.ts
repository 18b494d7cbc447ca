/**
 * {% cache %}: pieces of a page that are kept as finished markup.
 *
 * DESIGN: a kept piece is used without looking at it again, so it must mean the same wherever it is used: it begins and ends in the text
 * of the document, holds nothing of one request alone (per-request.ts), and belongs to the files that it was made of. Those are part of its
 * key, so a page whose template was changed never shows what the old one has made.
 */
import { createHash } from 'node:crypto';
import type { Span } from '../language/source.ts';
import type { CacheNode, Node } from '../language/tree.ts';
import { refuse } from '../source-error.ts';
import { quote } from './code-block.ts';
import type { Emitter } from './emitter.ts';
import { templatesReadBy } from './names-read.ts';
import { emitNodes, expressionsOf } from './nodes.ts';

/** What another template of the page's inheritance may define. */
const OF_THE_PAGE = new Set(['block', 'super', 'self', 'partial']);

export function emitCache(emitter: Emitter, node: CacheNode): void {
  requireText(emitter, node.span, 'stand inside of a tag, a script, a style or a title; put it around the whole element');
  const expressions = expressionsOf(emitter);
  const vary = node.vary.map((value) => expressions.value(value)).join(', ');
  const tags = node.tags === null ? 'null' : expressions.value(node.tags);
  const seconds = expressions.value(node.seconds);
  const place = emitter.declare(emitter.unique('fragment'), `{ name: ${quote(node.name)}, identity: ${quote(identityOf(emitter, node))} }`);
  const body = emitter.innerBody(() => emitBody(emitter, node), emitter.html);
  const call = emitter.at(node.span, `fragment(s, ${place}, ${seconds}, [${vary}], ${tags}, ${emitter.functionPrefix}() => {\n${body}\n})`);
  emitter.block.output({ kind: 'piece', code: emitter.form === 'sync' ? call : `(await ${call})` });
}

function emitBody(emitter: Emitter, { body, span }: CacheNode): void {
  emitter.with({ fragment: span }, () => emitter.inScope(() => emitNodes(emitter, body)));
  requireText(emitter, span, 'end inside of a tag or an element that holds no markup; close in it what it opens');
}

function requireText(emitter: Emitter, span: Span, problem: string): void {
  if (emitter.followsHtml && emitter.html.state !== 'text') refuse(span, `{% cache %} keeps whole pieces of markup, so it may not ${problem}`);
}

/** Stands for the text of the fragment, of all that it may be put together of, and for whether it is escaped. */
function identityOf(emitter: Emitter, { span, body }: CacheNode): string {
  const { environment, inheritance } = emitter;
  const names = new Set(templatesReadBy(span.source.name, (name) => environment.tree(name, '')));
  const leaf = inheritance.chain[0];
  if (leaf !== undefined && dependsOnPage(body)) {
    for (const name of templatesReadBy(leaf.source.name, (each) => environment.tree(each, ''))) names.add(name);
  }
  const hash = createHash('sha256').update(JSON.stringify([emitter.escapes, emitter.followsHtml, span.source.name, span.start]));
  for (const name of [...names].sort()) hash.update(`\0${name}\0`).update(environment.tree(name, '')?.source.text ?? '');
  return hash.digest('base64url').slice(0, 22);
}

/** Whether a child of the template may change what nodes give. */
function dependsOnPage(nodes: readonly Node[]): boolean {
  const looksUp = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    if (Array.isArray(value)) return value.some(looksUp);
    if (OF_THE_PAGE.has((value as { kind?: string }).kind ?? '')) return true;
    return Object.entries(value).some(([key, inner]) => key !== 'span' && key !== 'nameSpan' && looksUp(inner));
  };
  return looksUp(nodes);
}
