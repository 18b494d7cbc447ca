/**
 * From places in generated code back to places in templates. Generated code carries invisible marks; they are taken out when it is
 * finished and become the map. An error's stack names the place in the generated code; nothing is paid while all goes well.
 */
import type { Span } from '../language/source.ts';

/** Generated strings are JSON, in which control characters are escaped, so a mark is never part of one. */
const MARK = /\x01(\d+)\x02/g;

interface Segment {
  readonly column: number;
  readonly span: Span;
}

export class SourceMap {
  /** By line of the generated code, columns ascending. */
  readonly #lines: readonly (readonly Segment[])[];

  constructor(lines: readonly (readonly Segment[])[]) {
    this.#lines = lines;
  }

  /** The template's place behind a place in the code (both from 1), undefined where the code is nobody's. */
  find(line: number, column: number): Span | undefined {
    for (let at = line - 1; at >= 0; at--) {
      const segments = this.#lines[at] ?? [];
      const found = segments.findLast((segment) => at < line - 1 || segment.column <= column);
      if (found !== undefined) return found.span;
    }
    return undefined;
  }
}

/** Collects the spans that marks refer to. */
export class Marks {
  readonly #spans: Span[] = [];

  /** The mark to put in front of code that was made of `span`. */
  mark(span: Span): string {
    this.#spans.push(span);
    return `\x01${this.#spans.length - 1}\x02`;
  }

  /** Takes the marks out. */
  resolve(marked: string): { code: string; map: SourceMap } {
    const lines: Segment[][] = [];
    const code = marked.split('\n').map((line) => {
      const segments: Segment[] = [];
      let removed = 0;
      const clean = line.replace(MARK, (mark: string, index: string, offset: number) => {
        segments.push({ column: offset - removed + 1, span: this.#spans[Number(index)] as Span });
        removed += mark.length;
        return '';
      });
      lines.push(segments);
      return clean;
    });
    return { code: code.join('\n'), map: new SourceMap(lines) };
  }
}
