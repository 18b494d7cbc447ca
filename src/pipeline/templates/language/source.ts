/**
 * The text of one template, and places in it. Any thread; immutable.
 */

/** A template's text under the name that it was loaded by. */
export class Source {
  /** The name in {% extends %} and render(): "shop/item.html". */
  readonly name: string;
  readonly text: string;
  /** How messages call it: a path where it came from a file, else the name. */
  readonly shownName: string;
  #lineStarts: number[] | null = null;

  constructor(name: string, text: string, shownName: string = name) {
    this.name = name;
    this.text = text;
    this.shownName = shownName;
  }

  /** Line and column of a UTF-16 offset, both from 1. */
  position(offset: number): { line: number; column: number } {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** The text of a line (from 1) without its end. */
  lineText(line: number): string {
    const start = (this.#lineStarts ??= lineStarts(this.text))[line - 1] as number;
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
  }
}

/** A piece of a template: UTF-16 offsets, the end exclusive. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** What is written at a place. */
export function textOf(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
