/**
 * The tree of a template. Types only; made by the parser, read by the compiler, never changed.
 */
import type { Source, Span } from './source.ts';

export interface TemplateTree {
  readonly source: Source;
  readonly body: readonly Node[];
  /** The parent of {% extends %}, null without one. */
  readonly parent: Expression | null;
  /** All blocks of this file by name, nested ones too. */
  readonly blocks: ReadonlyMap<string, BlockNode>;
  /** {% partialdef %} by name. */
  readonly partials: ReadonlyMap<string, PartialNode>;
}

interface Placed {
  readonly span: Span;
}

export type Node =
  | TextNode
  | OutputNode
  | IfNode
  | ForNode
  | WithNode
  | SetNode
  | BlockNode
  | PartialNode
  | PartialCallNode
  | IncludeNode
  | ImportNode
  | MacroNode
  | CallNode
  | AutoescapeNode
  | CacheNode
  | CycleNode
  | ResetCycleNode
  | IfChangedNode
  | FlushNode
  | TranslationNode
  | LanguageNode
  | CustomTagNode;

export interface TextNode extends Placed {
  readonly kind: 'text';
  readonly text: string;
}

export interface OutputNode extends Placed {
  readonly kind: 'output';
  readonly value: Expression;
}

export interface IfNode extends Placed {
  readonly kind: 'if';
  readonly arms: readonly { readonly test: Expression; readonly body: readonly Node[] }[];
  readonly otherwise: readonly Node[];
}

export interface ForNode extends Placed {
  readonly kind: 'for';
  /** One name, or several that take an item apart. */
  readonly targets: readonly string[];
  readonly iterable: Expression;
  /** {% for x in list if x.visible %}: only these count. */
  readonly filter: Expression | null;
  readonly reversed: boolean;
  readonly body: readonly Node[];
  /** {% empty %} or {% else %}. */
  readonly empty: readonly Node[];
}

/** A name with the value that it stands for. */
export interface Assignment {
  readonly name: string;
  readonly value: Expression;
}

export interface WithNode extends Placed {
  readonly kind: 'with';
  readonly assignments: readonly Assignment[];
  readonly body: readonly Node[];
}

export interface SetNode extends Placed {
  readonly kind: 'set';
  /** Several names take the value apart; an attribute belongs to a namespace(). */
  readonly names: readonly string[];
  readonly attribute: string | null;
  readonly value: Expression;
}

export interface BlockNode extends Placed {
  readonly kind: 'block';
  readonly name: string;
  readonly body: readonly Node[];
}

export interface PartialNode extends Placed {
  readonly kind: 'partialdef';
  readonly name: string;
  /** Shown where it is defined, too. */
  readonly inline: boolean;
  readonly body: readonly Node[];
}

export interface PartialCallNode extends Placed {
  readonly kind: 'partial';
  readonly name: string;
}

export interface IncludeNode extends Placed {
  readonly kind: 'include';
  readonly template: Expression;
  readonly assignments: readonly Assignment[];
  /** Only the assignments are visible. */
  readonly only: boolean;
  readonly ignoreMissing: boolean;
}

export interface ImportNode extends Placed {
  readonly kind: 'import';
  readonly template: Expression;
  /** {% import %}: the name of the module. null for {% from %}. */
  readonly alias: string | null;
  /** {% from %}: what it takes, by the name it gets here. */
  readonly names: readonly { readonly name: string; readonly alias: string; readonly span: Span }[];
  readonly withContext: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | null;
}

export interface MacroNode extends Placed {
  readonly kind: 'macro';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Node[];
}

/** {% call macro(...) %} body {% endcall %}: the macro finds the body as caller(). */
export interface CallNode extends Placed {
  readonly kind: 'call';
  readonly call: CallExpression;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Node[];
}

export interface AutoescapeNode extends Placed {
  readonly kind: 'autoescape';
  readonly on: boolean;
  readonly body: readonly Node[];
}

/** A piece whose finished text is kept. */
export interface CacheNode extends Placed {
  readonly kind: 'cache';
  /** null: for ever. */
  readonly seconds: Expression;
  readonly name: string;
  readonly vary: readonly Expression[];
  /** A list, or a text with blanks between them. */
  readonly tags: Expression | null;
  readonly body: readonly Node[];
}

export interface CycleNode extends Placed {
  readonly kind: 'cycle';
  readonly values: readonly Expression[];
  readonly name: string | null;
  readonly silent: boolean;
}

export interface ResetCycleNode extends Placed {
  readonly kind: 'resetcycle';
  readonly name: string | null;
}

export interface IfChangedNode extends Placed {
  readonly kind: 'ifchanged';
  /** Empty: what the body gives is compared. */
  readonly values: readonly Expression[];
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** A point where a streamed page sends what it has. */
export interface FlushNode extends Placed {
  readonly kind: 'flush';
}

/** The text of a message: as catalogues have it, and as the template does. */
export interface MessageBody {
  readonly id: string;
  readonly pieces: readonly (TextNode | (OutputNode & { readonly value: NameExpression }))[];
}

/** {% blocktranslate %}: a message with values. */
export interface TranslationNode extends Placed {
  readonly kind: 'blocktranslate';
  readonly assignments: readonly Assignment[];
  /** What the plural form goes by. */
  readonly counter: Assignment | null;
  readonly context: Expression | null;
  readonly singular: MessageBody;
  readonly plural: MessageBody | null;
  /** {% blocktranslate asvar name %}. */
  readonly target: string | null;
}

/** {% language "de" %} body {% endlanguage %} */
export interface LanguageNode extends Placed {
  readonly kind: 'language';
  readonly language: Expression;
  readonly body: readonly Node[];
}

/** A tag that the application has added. */
export interface CustomTagNode extends Placed {
  readonly kind: 'custom';
  readonly name: string;
  readonly args: readonly Expression[];
  readonly named: readonly Assignment[];
  /** null for a tag without an end tag. */
  readonly body: readonly Node[] | null;
  /** {% tag ... as name %}. */
  readonly target: string | null;
}

export type Expression =
  | LiteralExpression
  | NameExpression
  | MemberExpression
  | ItemExpression
  | SliceExpression
  | CallExpression
  | FilterExpression
  | TestExpression
  | UnaryExpression
  | BinaryExpression
  | LogicalExpression
  | ConditionalExpression
  | ListExpression
  | DictExpression
  | SuperExpression
  | SelfExpression
  | CaptureExpression
  | HelperExpression
  | RegroupExpression;

export interface LiteralExpression extends Placed {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  /** Written by the template's author behind Django's colon: {{ x|default:"&mdash;" }}. */
  readonly trusted?: boolean;
}

export interface NameExpression extends Placed {
  readonly kind: 'name';
  readonly name: string;
}

/** a.b and a.0 */
export interface MemberExpression extends Placed {
  readonly kind: 'member';
  readonly object: Expression;
  readonly name: string;
}

/** a[b] */
export interface ItemExpression extends Placed {
  readonly kind: 'item';
  readonly object: Expression;
  readonly key: Expression;
}

/** a[1:3] */
export interface SliceExpression extends Placed {
  readonly kind: 'slice';
  readonly object: Expression;
  readonly from: Expression | null;
  readonly to: Expression | null;
}

export interface CallExpression extends Placed {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Expression[];
  readonly named: readonly Assignment[];
}

export interface FilterExpression extends Placed {
  readonly kind: 'filter';
  readonly name: string;
  readonly nameSpan: Span;
  readonly input: Expression;
  readonly args: readonly Expression[];
  readonly named: readonly Assignment[];
}

export interface TestExpression extends Placed {
  readonly kind: 'test';
  readonly name: string;
  readonly nameSpan: Span;
  readonly input: Expression;
  readonly args: readonly Expression[];
}

export interface UnaryExpression extends Placed {
  readonly kind: 'unary';
  readonly operator: 'not' | '-' | '+';
  readonly operand: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~' | '==' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | 'not in';

export interface BinaryExpression extends Placed {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicalExpression extends Placed {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalExpression extends Placed {
  readonly kind: 'conditional';
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression | null;
}

export interface ListExpression extends Placed {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

export interface DictExpression extends Placed {
  readonly kind: 'dict';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

/** {{ super() }} and {{ block.super }}. */
export interface SuperExpression extends Placed {
  readonly kind: 'super';
}

/** {{ self.title() }}: a block once more. */
export interface SelfExpression extends Placed {
  readonly kind: 'self';
  readonly name: string;
}

/** What a piece of the template gives, as a value. */
export interface CaptureExpression extends Placed {
  readonly kind: 'capture';
  readonly body: readonly Node[];
}

/** A function of the engine's own that a tag stands for: {% now %}, {% url %}. */
export interface HelperExpression extends Placed {
  readonly kind: 'helper';
  readonly name: HelperName;
  readonly args: readonly Expression[];
  readonly named: readonly Assignment[];
}

export type HelperName =
  | 'url'
  | 'urlOrNothing'
  | 'static'
  | 'csrfField'
  | 'now'
  | 'widthRatio'
  | 'spaceless'
  | 'filtered'
  | 'firstOf'
  | 'queryString'
  | 'translate'
  | 'untranslated'
  | 'currentLanguage'
  | 'currentLanguageBidi'
  | 'availableLanguages'
  | 'languageInfo'
  | 'languageInfoList';

/** {% regroup list by key as ... %}: neighbours with the same key. */
export interface RegroupExpression extends Placed {
  readonly kind: 'regroup';
  readonly list: Expression;
  /** The name that the key has for the item; none that a template can write. */
  readonly item: string;
  readonly key: Expression;
}
