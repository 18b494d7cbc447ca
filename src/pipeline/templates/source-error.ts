/**
 * The error of our own engine: file, line, column, the reason, and a pointer at what is meant.
 *
 *   templates/country.html:12:9 unknown filter "titel" (did you mean "title"?)
 *      12 | {{ name|titel }}
 *         |         ^^^^^
 */
import { TemplateError } from './engine.ts';
import type { Span } from './language/source.ts';

const MARGIN = 5;
const MAX_SHOWN = 120;

/** A mistake at a place in a template, found while compiling or while rendering. */
export class TemplateSourceError extends TemplateError {
  /** From 1. */
  readonly column: number;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(span: Span, reason: string, cause?: unknown) {
    const { line, column } = span.source.position(span.start);
    super(span.source.name, line, reason, cause);
    this.column = column;
    this.reason = reason;
    this.message = `${span.source.shownName}:${line}:${column} ${reason}\n${excerpt(span, line, column)}`;
  }
}

/** Stops compiling: what is written at `span` is wrong. */
export function refuse(span: Span, reason: string): never {
  throw new TemplateSourceError(span, reason);
}

/** The line and a row of carets under the span; long lines are cut around it. */
function excerpt(span: Span, line: number, column: number): string {
  const text = span.source.lineText(line);
  const skipped = column > MAX_SHOWN - 20 ? column - 40 : 0;
  const shown = text.slice(skipped, skipped + MAX_SHOWN).replace(/\t/g, ' ');
  const width = Math.max(1, Math.min(span.end - span.start, shown.length - (column - 1 - skipped)));
  const pointer = `${' '.repeat(column - 1 - skipped)}${'^'.repeat(width)}`;
  return `${String(line).padStart(MARGIN)} | ${shown}\n${' '.repeat(MARGIN)} | ${pointer}`;
}
