/**
 * What the compiler knows while it walks through a template: where it is, what names mean, and the code so far. The walk itself is in
 * nodes.ts and expressions.ts.
 */
import type { Span } from '../language/source.ts';
import type { BlockNode, Expression, Node, PartialNode, TemplateTree } from '../language/tree.ts';
import type { GivenUrlParams } from '../engine.ts';
import type { LiteralTable } from '../runtime/literals.ts';
import { CodeBlock, type OutputKind, quote } from './code-block.ts';
import { HTML_TEXT, type HtmlContext } from './html-context.ts';
import { type Binding, type LoopFrame, Scope } from './scope.ts';
import { Marks } from './source-map.ts';
import { type UrlOutput, UrlOutputs } from './url-outputs.ts';

/** The forms that a template is compiled to: a function, an async function, an async generator of chunks. */
export type Form = 'sync' | 'async' | 'stream';

/** What the compiler asks of the environment. */
export interface CompileEnvironment {
  readonly debug: boolean;
  readonly literals: LiteralTable;
  readonly filterNames: ReadonlySet<string>;
  /** Filters that are told whether escaping is on, as their second argument. */
  readonly escapingFilters: ReadonlySet<string>;
  readonly testNames: ReadonlySet<string>;
  /** The tree of a template; null when there is none. `from` resolves "./" and "../". */
  tree(name: string, from: string): TemplateTree | null;
  templateNames(): Iterable<string>;
  /** Whether outputs of a template are escaped; it counts as HTML then, whose contexts are followed. */
  escapes(name: string): boolean;
  /** See TemplateEnvironment. Not there when the application has a function "url" of its own. */
  readonly urlProblem: ((name: string, given: GivenUrlParams) => string | undefined) | undefined;
}

/** Where {{ super() }} leads. */
export interface BlockPlace {
  readonly name: string;
  readonly index: number;
}

/** The templates of one page from the leaf to the root, and what they define. */
export interface Inheritance {
  /** By block, the definitions from the leaf to the root. */
  readonly blocks: ReadonlyMap<string, readonly BlockNode[]>;
  readonly partials: ReadonlyMap<string, PartialNode>;
  /** The template whose text is being emitted, for relative names. */
  readonly chain: readonly TemplateTree[];
}

/** State of one JavaScript function that is being generated. */
export interface FunctionFrame {
  readonly prelude: string[];
  /** {% cycle %} by name; the last one under "". */
  readonly cycles: Map<string, CycleFrame>;
  /** The function is the page itself, which may send what it has. */
  readonly isPage: boolean;
}

export interface CycleFrame {
  readonly index: string;
  readonly values: readonly Expression[];
  readonly target: string | null;
}

export class Emitter {
  readonly environment: CompileEnvironment;
  readonly form: Form;
  readonly marks = new Marks();
  readonly urls = new UrlOutputs();
  /** Source files that the code depends on. */
  readonly dependencies = new Set<TemplateTree>();
  /** Declarations of the whole unit: accessors and constants, by key. */
  readonly declarations = new Map<string, string>();

  block: CodeBlock;
  scope = new Scope(null);
  html: HtmlContext = HTML_TEXT;
  followsHtml = true;
  escapes = true;
  inheritance: Inheritance = { blocks: new Map(), partials: new Map(), chain: [] };
  place: BlockPlace | null = null;
  loop: LoopFrame | null = null;
  frame: FunctionFrame;
  /** The block whose prelude takes variables: that of the function or of the loop's body. */
  home: CodeBlock;
  /** Code of the context: "c", or "none" where an {% include ... only %} hides it. */
  context = 'c';
  /** The {% cache %} that this is a part of. */
  fragment: Span | null = null;
  /** Names of inlined templates and partials, to find those that contain themselves. */
  readonly open: string[] = [];
  /** Macros that were emitted before what stands above them. */
  readonly hoisted = new Set<Node>();
  /** Outputs of a URL that has not said yet what kind it is; text behind them may make them its scheme. */
  openUrls: readonly UrlOutput[] = [];
  /** Text that ends a scheme was met; loops ask what their bodies hold. */
  endsScheme = false;
  #counter = 0;

  constructor(environment: CompileEnvironment, form: Form, output: OutputKind) {
    this.environment = environment;
    this.form = form;
    this.block = this.newBlock(output);
    this.home = this.block;
    this.frame = { prelude: this.block.prelude, cycles: new Map(), isPage: true };
  }

  /** For a part of the function that is open; functions inside of it give text. */
  newBlock(kind = this.block.kind): CodeBlock {
    return new CodeBlock(this.environment.literals, kind);
  }

  /** A JavaScript name that is used nowhere else in the unit. */
  unique(hint: string): string {
    return `${hint.replace(/\W/g, '_')}_${++this.#counter}`;
  }

  /** The code with what an error in it points at. */
  at(span: Span, code: string): string {
    return this.marks.mark(span) + code;
  }

  /** The code of a value that may be a promise. */
  awaited(code: string): string {
    return this.form === 'sync' ? code : `(isThenable(t = ${code}) ? await t : t)`;
  }

  /** A constant or function of the whole unit. */
  declare(name: string, definition: string): string {
    this.declarations.set(name, definition);
    return name;
  }

  /** The variable of a name in the scope that is open; made when there is none. */
  variable(name: string): string {
    const own = this.scope.own(name);
    if (own?.kind === 'variable') return own.code;
    const code = this.unique(name);
    this.home.prelude.push(`let ${code};`);
    this.scope.bind(name, { kind: 'variable', code, isCertain: false });
    return code;
  }

  /** Runs with a scope of its own inside of the one that is open. */
  inScope(run: () => void, bindings: Readonly<Record<string, Binding>> = {}): void {
    const outer = this.scope;
    this.scope = new Scope(outer);
    for (const [name, binding] of Object.entries(bindings)) this.scope.bind(name, binding);
    run();
    this.scope = outer;
  }

  /** Runs with changed fields, which are what they were behind it. */
  with(
    changes: Partial<
      Pick<
        Emitter,
        'block' | 'home' | 'html' | 'followsHtml' | 'escapes' | 'inheritance' | 'place' | 'loop' | 'frame' | 'context' | 'scope' | 'fragment'
      >
    >,
    run: () => void,
  ): void {
    const before = {} as Record<string, unknown>;
    for (const key of Object.keys(changes) as (keyof typeof changes)[]) before[key] = this[key];
    Object.assign(this, changes);
    run();
    Object.assign(this, before);
  }

  /** The code of a function body that gathers what `run` emits and returns it. */
  functionBody(run: () => void): string {
    const block = this.newBlock('text');
    const frame: FunctionFrame = { prelude: block.prelude, cycles: new Map(), isPage: false };
    this.with({ block, home: block, frame, html: HTML_TEXT, loop: null, fragment: null }, run);
    return this.#gathering(block);
  }

  /** The same for a part of the function that is open: loops around it and {% cycle %} go on inside. */
  innerBody(run: () => void, html: HtmlContext): string {
    const block = this.newBlock('text');
    this.with({ block, home: block, frame: { ...this.frame, isPage: false }, html }, run);
    return this.#gathering(block);
  }

  #gathering(block: CodeBlock): string {
    return `let o = '';${this.form === 'sync' ? '' : ' let t;'}\n${block.finish()}\nreturn o;`;
  }

  /** "async " where functions of the unit are asynchronous. */
  get functionPrefix(): string {
    return this.form === 'sync' ? '' : 'async ';
  }

  /** A piece of the template as a value. */
  capture(nodes: readonly Node[], emit: (nodes: readonly Node[]) => void): string {
    const body = this.innerBody(() => this.inScope(() => emit(nodes)), HTML_TEXT);
    const call = `capture(s, ${this.functionPrefix}() => {\n${body}\n})`;
    return this.form === 'sync' ? call : `(await ${call})`;
  }

  /** The context with everything that has a name here, for templates that are chosen while rendering. */
  contextObject(loopCode: (loop: LoopFrame) => string): string {
    const entries: string[] = [];
    for (const name of this.scope.visibleNames()) {
      const [binding] = this.scope.candidates(name);
      if (binding?.kind === 'variable') entries.push(`...given(${quote(name)}, ${binding.code})`);
      if (binding?.kind === 'loop') entries.push(`[${quote(name)}]: ${loopCode(binding.loop)}`);
    }
    return entries.length === 0 ? this.context : `{ ...${this.context}, ${entries.join(', ')} }`;
  }
}
