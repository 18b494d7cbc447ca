/**
 * What the lexers give to the parser. Types only. All offsets are UTF-16 offsets into the source.
 */

/** A piece of a template: literal text, {{ an output }} or {% a tag %}. Comments leave no token. */
export type TemplateToken = { readonly kind: 'text'; readonly start: number; readonly end: number; readonly text: string } | MarkupToken;

/** {{ ... }} or {% ... %}; `from` and `to` bound what is inside of the delimiters. */
export interface MarkupToken {
  readonly kind: 'output' | 'tag';
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** A token inside of an output or a tag. */
export interface ExpressionToken {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'end';
  /** The name, the operator, the digits, or the value of the string. "" at the end. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
