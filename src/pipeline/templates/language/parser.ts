/**
 * Makes the tree of a template. Tags are parsed by small functions in tags/, found by name.
 */
import { refuse } from '../source-error.ts';
import { didYouMean } from '../suggestion.ts';
import { parseExpression } from './expressions.ts';
import { tokenizeExpression } from './expression-lexer.ts';
import { tokenize } from './lexer.ts';
import type { Source, Span } from './source.ts';
import { TAG_PARSERS } from './tags/index.ts';
import { parseCustomTag } from './tags/custom.ts';
import { TokenStream } from './token-stream.ts';
import type { MarkupToken, TemplateToken } from './tokens.ts';
import type { BlockNode, Expression, Node, PartialNode, TemplateTree } from './tree.ts';

/** A tag that an application adds: whether it has a body up to {% endname %}. */
export type CustomTags = ReadonlyMap<string, { readonly hasBody: boolean }>;

/** A tag of which the name has been read; its arguments are next in the stream. */
export interface Tag {
  readonly name: string;
  readonly nameSpan: Span;
  readonly stream: TokenStream;
  /** From "{%" to "%}". */
  readonly span: Span;
}

/** Parses one tag with all that belongs to it. null: the tag leaves nothing. */
export type TagParser = (parser: Parser, tag: Tag) => Node | readonly Node[] | null;

const MAX_NESTING = 100;
/** Tags that only continue or end others, for the message when they stand alone. */
const INNER_TAGS = new Set(['else', 'elif', 'elseif', 'empty', 'plural']);

/** Parses a template. TemplateSourceError for the first mistake. */
export function parseTemplate(source: Source, customTags: CustomTags): TemplateTree {
  return new Parser(source, customTags).parse();
}

export class Parser {
  readonly source: Source;
  readonly blocks = new Map<string, BlockNode>();
  readonly partials = new Map<string, PartialNode>();
  /** Names of {% cycle ... as name %}. */
  readonly cycles = new Set<string>();
  readonly #customTags: CustomTags;
  readonly #tokens: readonly TemplateToken[];
  #index = 0;
  #nesting = 0;
  #parent: Expression | null = null;

  constructor(source: Source, customTags: CustomTags) {
    this.source = source;
    this.#customTags = customTags;
    this.#tokens = tokenize(source);
  }

  parse(): TemplateTree {
    const body: Node[] = [];
    const stray = this.#parseNodes(body, []);
    if (stray !== null) this.#refuseStray(stray);
    return { source: this.source, body, parent: this.#parent, blocks: this.blocks, partials: this.partials };
  }

  /** The body of a tag up to one of the tags that may end or continue it; that tag's arguments are still to be read. */
  parseBody(opener: Tag, ends: readonly string[]): { body: Node[]; end: Tag } {
    if (++this.#nesting > MAX_NESTING) refuse(opener.span, `tags may be nested ${MAX_NESTING} deep, not more`);
    const body: Node[] = [];
    const end = this.#parseNodes(body, ends);
    this.#nesting--;
    if (end === null) return refuse(opener.span, `{% ${opener.name} %} is never closed; expected {% ${ends.at(-1)} %}`);
    return { body, end };
  }

  /** Remembers the parent. TemplateSourceError for a second one, or inside of another tag. */
  extend(tag: Tag, parent: Expression): void {
    if (this.#parent !== null) refuse(tag.span, 'a template extends one parent; this is the second {% extends %}');
    if (this.#nesting > 0) refuse(tag.span, '{% extends %} may not stand inside of another tag');
    this.#parent = parent;
  }

  /** Everything up to one of the tags in `ends`, which is given back, or to the end of the file (null). */
  #parseNodes(into: Node[], ends: readonly string[]): Tag | null {
    for (;;) {
      const token = this.#tokens[this.#index++];
      if (token === undefined) return null;
      if (token.kind === 'text') into.push({ kind: 'text', text: token.text, span: this.#span(token) });
      else if (token.kind === 'output') into.push(this.#parseOutput(token));
      else {
        const tag = this.#openTag(token);
        if (ends.includes(tag.name)) return tag;
        const nodes = this.#parseTag(tag);
        if (nodes !== null) into.push(...(Array.isArray(nodes) ? (nodes as Node[]) : [nodes as Node]));
      }
    }
  }

  #parseOutput(token: MarkupToken): Node {
    const stream = new TokenStream(this.source, tokenizeExpression(this.source, token.from, token.to));
    if (stream.atEnd) refuse(this.#span(token), 'this output is empty; expected a value between "{{" and "}}"');
    const value = parseExpression(stream);
    stream.expectEnd();
    return { kind: 'output', value, span: this.#span(token) };
  }

  #openTag(token: MarkupToken): Tag {
    const stream = new TokenStream(this.source, tokenizeExpression(this.source, token.from, token.to));
    if (stream.peek().kind !== 'name') refuse(this.#span(token), 'this tag has no name; expected a word behind "{%"');
    const name = stream.next();
    return { name: name.text, nameSpan: stream.spanOf(name), stream, span: this.#span(token) };
  }

  #parseTag(tag: Tag): ReturnType<TagParser> {
    const custom = this.#customTags.get(tag.name);
    if (custom !== undefined) return parseCustomTag(this, tag, custom.hasBody);
    const parse = TAG_PARSERS.get(tag.name);
    if (parse === undefined) return this.#refuseStray(tag);
    const nodes = parse(this, tag);
    tag.stream.expectEnd();
    return nodes;
  }

  #refuseStray(tag: Tag): never {
    if (tag.name.startsWith('end') || INNER_TAGS.has(tag.name))
      refuse(tag.span, `{% ${tag.name} %} has nothing to ${tag.name.startsWith('end') ? 'end' : 'continue'} here`);
    return refuse(tag.nameSpan, `unknown tag "${tag.name}"${didYouMean(tag.name, [...TAG_PARSERS.keys(), ...this.#customTags.keys()])}`);
  }

  #span(token: { start: number; end: number }): Span {
    return { source: this.source, start: token.start, end: token.end };
  }
}
