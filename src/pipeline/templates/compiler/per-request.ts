/**
 * Values that are of one request alone: what {% cache %} keeps is given to other visitors, and must not hold them.
 */
import type { Span } from '../language/source.ts';
import { refuse } from '../source-error.ts';
import { quote } from './code-block.ts';
import type { Emitter } from './emitter.ts';

/** Names of the context that context processors of ours give such values. */
const PER_REQUEST = new Set(['csrf_token', 'csp_nonce']);

/** Code of a name of the context; TemplateSourceError for what is of one request inside of {% cache %}. */
export function guardName(emitter: Emitter, name: string, span: Span, code: string): string {
  if (!PER_REQUEST.has(name)) return code;
  refuseInFragment(emitter, name, span);
  return `ofRequest(s, ${quote(name)}, ${code})`;
}

/** TemplateSourceError where {% cache %} would keep `name`. Macros are called from anywhere: the runtime looks after them. */
export function refuseInFragment({ fragment }: Emitter, name: string, span: Span): void {
  if (fragment === null) return;
  const { source, start } = fragment;
  refuse(
    span,
    `${name} is another one for each visitor, and {% cache %} (${source.shownName}:${source.position(start).line}) would give this one to all; ` +
      'keep it out of the cached piece',
  );
}
