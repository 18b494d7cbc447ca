/**
 * Text and outputs: what each needs where it stands in the HTML.
 */
import type { Span } from '../language/source.ts';
import type { CallExpression, Expression, OutputNode, TextNode } from '../language/tree.ts';
import { quote } from './code-block.ts';
import { emitPiece } from './composition.ts';
import type { Emitter } from './emitter.ts';
import { advanceHtml } from './html-context.ts';
import { refuse } from '../source-error.ts';
import { expressionsOf } from './nodes.ts';
import { afterOutput, guardFor, isSchemeEnd, type OutputGuard } from './output-guard.ts';

const UNGUARDED: OutputGuard = { mode: 'escape', guard: null, prefix: '', mayBeImage: false };
const HEAD_END = /<\/head\s*>/i;

export function emitText(emitter: Emitter, { text }: TextNode): void {
  if (isSchemeEnd(emitter.html, text)) {
    emitter.endsScheme = true;
    for (const output of emitter.openUrls) output.isScheme = true;
  }
  const headEnd = emitter.form === 'stream' && emitter.frame.isPage && emitter.loop === null ? HEAD_END.exec(text) : null;
  const cut = headEnd === null ? text.length : headEnd.index + headEnd[0].length;
  emitter.block.output({ kind: 'text', text: text.slice(0, cut) });
  if (emitter.followsHtml) emitter.html = advanceHtml(emitter.html, text);
  if (emitter.html.state !== 'value') emitter.openUrls = [];
  if (headEnd === null) return;
  emitFlush(emitter);
  emitter.block.output({ kind: 'text', text: text.slice(cut) });
}

/** A streamed page sends what it has; nothing happens in the other forms, or where the output is still to be worked on. */
export function emitFlush(emitter: Emitter): void {
  if (emitter.form !== 'stream' || !emitter.frame.isPage) return;
  emitter.block.flush(true);
  emitter.block.statement("yield o; o = '';");
}

export function emitOutput(emitter: Emitter, { value, span }: OutputNode): void {
  const isSafe = value.kind === 'filter' && value.name === 'safe';
  if (!isSafe && emitPiece(emitter, value)) return;
  if (value.kind === 'literal' && typeof value.value === 'string' && isPlainPlace(emitter)) {
    return emitText(emitter, { kind: 'text', text: value.value, span });
  }
  if (isSafe || !emitter.escapes) return emitRaw(emitter, isSafe ? value.input : value);
  const guard = emitter.followsHtml ? guardFor(emitter.html, value.span) : UNGUARDED;
  const isPlain = guard.guard === null || guard.guard === 'guardAttribute';
  if (value.kind === 'call' && isPlain && !expressionsOf(emitter).isLoopCall(value)) return emitCall(emitter, value);
  emitGuarded(emitter, expressionsOf(emitter).value(value), guard, value.span);
}

/** The result of a tag of the application. */
export function emitCustomOutput(emitter: Emitter, code: string, span: Span): void {
  if (!emitter.escapes) return emitter.block.output({ kind: 'value', code: `writeRaw(s, ${code})`, mode: 1 });
  emitGuarded(emitter, code, emitter.followsHtml ? guardFor(emitter.html, span) : UNGUARDED, span);
}

/** A literal of the template's author may stand as it is where text or a quoted value is. */
function isPlainPlace({ html, followsHtml }: Emitter): boolean {
  return !followsHtml || html.state === 'text' || html.state === 'value' || html.state === 'tag' || html.state === 'tag name';
}

function emitRaw(emitter: Emitter, value: Expression): void {
  if (emitPiece(emitter, value)) return;
  const code = emitter.at(value.span, `writeRaw(s, ${expressionsOf(emitter).value(value)})`);
  emitter.block.output({ kind: 'value', code, mode: 1 });
  passOutput(emitter);
}

function emitGuarded(emitter: Emitter, code: string, guard: OutputGuard, span: Span): void {
  const raw = guard.mode === 'raw';
  const guarded = guardCall(code, guard);
  const written = emitter.at(span, `${raw ? 'writeRaw' : 'write'}(s, ${guarded})`);
  if (guard.guard === 'guardUrl') {
    const output = emitter.urls.add(written, emitter.at(span, `write(s, guardScheme(s, ${code}))`));
    emitter.block.output({ kind: 'value', code: output.place, mode: 0 });
    emitter.openUrls = [...emitter.openUrls, output];
  } else {
    emitter.block.output({ kind: 'value', code: written, mode: raw ? 1 : 0, ...(!raw && { given: { code: guarded, mark: emitter.marks.mark(span) } }) });
  }
  passOutput(emitter);
}

/** The code of a value behind its guard. */
export function guardCall(code: string, { guard, prefix, mayBeImage }: OutputGuard): string {
  if (guard === null) return code;
  const more = guard === 'guardUrl' ? `, ${quote(prefix)}, ${mayBeImage}` : guard === 'guardTagName' ? `, ${quote(prefix)}` : '';
  return `${guard}(s, ${code}${more})`;
}

function passOutput(emitter: Emitter): void {
  if (emitter.followsHtml) emitter.html = afterOutput(emitter.html);
}

/**
 * TemplateSourceError where a piece that was compiled by itself, as text, may not stand: in scripts, styles, URLs and tags. `what`
 * names it: "a macro with a body".
 */
export function requireTextPlace(emitter: Emitter, what: string, span: Span): void {
  if (!emitter.followsHtml || !emitter.escapes) return;
  const { guard } = guardFor(emitter.html, span);
  if (guard === null || guard === 'guardAttribute') return;
  refuse(
    span,
    `${what} is escaped as text, which is not safe here; keep it out of scripts, styles, URLs and tags, or put it into {% set %} first`,
  );
}

/** A call whose result is shown: if it is a macro, its output goes into the page as it is. */
export function emitCall(emitter: Emitter, call: CallExpression, caller: string | null = null): void {
  const write = emitter.escapes ? 'write' : 'writeSafely';
  const code = emitter.at(call.span, `callOutput(s, ${expressionsOf(emitter).callArguments(call, caller)}, ${write})`);
  emitter.block.output({ kind: 'piece', code: emitter.form === 'sync' ? code : `(await ${code})` });
  passOutput(emitter);
}
