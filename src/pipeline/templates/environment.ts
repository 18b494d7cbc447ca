/**
 * Templates of one application: loads, compiles once, renders.
 *
 * DESIGN: a template is compiled to up to four forms, each when it is first needed: a function that writes a page's bytes; one that
 * gives text, for strict pages, very large ones and includes; an async function, from the first time that a promise turned up among
 * its values; an async generator, for stream(). What one rendering asks for while it runs (late includes, imports) is compiled in
 * the form of the page, as text.
 */
import type { FragmentStore } from '../../gateway/contract.ts';
import { type CompileTarget, compileTemplate } from './compiler/compile.ts';
import type { CompileEnvironment, Form } from './compiler/emitter.ts';
import { namesReadBy } from './compiler/names-read.ts';
import { cycleThrough } from './cycle.ts';
import { TemplateError } from './engine.ts';
import { clearPageMemory, TemplatePage } from './gathered-page.ts';
import { type CustomTags, parseTemplate } from './language/parser.ts';
import { textOf } from './language/source.ts';
import type { TemplateTree } from './language/tree.ts';
import { resolveName, type TemplateLoader } from './loader.ts';
import { assemble, assembleText } from './runtime/assemble.ts';
import type { DateFormatter } from './runtime/date-format.ts';
import { display } from './runtime/escape.ts';
import { Fault, UndefinedValue } from './runtime/faults.ts';
import { type LibraryParts, makeLibrary } from './runtime/library.ts';
import { LiteralTable } from './runtime/literals.ts';
import { markSafe } from './runtime/safe-string.ts';
import { abandonPage, beginPage, endPage } from './runtime/put.ts';
import { NEEDS_ASYNC, NEEDS_STRICT, NEEDS_TEXT, NEEDS_WIDE } from './runtime/signals.ts';
import { RenderState, type RenderServices } from './runtime/state.ts';
import { TemplateSourceError } from './source-error.ts';
import { didYouMean } from './suggestion.ts';
import { CompiledUnit, placeInStack } from './unit.ts';

export interface EnvironmentOptions extends LibraryParts {
  readonly loader: TemplateLoader;
  /** Development: undefined values are errors, changed files are read again. */
  readonly debug: boolean;
  readonly globals: ReadonlyMap<string, unknown>;
  readonly customTags: CustomTags;
  /** Whether pages are answered with an entity-tag. */
  readonly etag: boolean;
  readonly escapingFilters: ReadonlySet<string>;
  /** Whether outputs of a template are escaped. */
  readonly escapes: (name: string) => boolean;
  readonly urlProblem: CompileEnvironment['urlProblem'];
  readonly formatDate: DateFormatter;
  /** Where {% cache %} keeps fragments; undefined: nowhere. */
  readonly fragments: FragmentStore | undefined;
}

/** The form of a page: as bytes, or one of the forms that give text. */
type PageForm = Form | 'bytes';

/** Includes while rendering, of which each includes the next. */
const MAX_DEPTH = 100;

export class Environment {
  readonly literals = new LiteralTable();
  readonly #options: EnvironmentOptions;
  readonly #trees = new Map<string, TemplateTree | null>();
  /** Pages by the name that render() got: asked for with every rendering. */
  readonly #pages: Record<PageForm, Map<string, CompiledUnit>> = { bytes: new Map(), sync: new Map(), async: new Map(), stream: new Map() };
  readonly #units = new Map<string, CompiledUnit>();
  readonly #unitsById = new Map<number, CompiledUnit>();
  readonly #namesRead = new Map<string, ReadonlySet<string> | undefined>();
  /** Pages in whose values a promise was found. */
  readonly #asyncPages = new Set<string>();
  /** Pages that were too large to be gathered as bytes. */
  readonly #largePages = new Set<string>();
  /** Pages that held long texts beyond ASCII. */
  readonly #widePages = new Set<string>();
  readonly #libraries: { plain: object; strict: object };
  readonly #compileEnvironment: CompileEnvironment;
  readonly #services: RenderServices;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#libraries = { plain: makeLibrary(options, false), strict: makeLibrary(options, true) };
    this.#compileEnvironment = {
      debug: options.debug,
      literals: this.literals,
      filterNames: new Set(options.filters.keys()),
      escapingFilters: options.escapingFilters,
      testNames: new Set(options.tests.keys()),
      tree: (name, from) => this.#tree(resolveName(name, from)),
      templateNames: () => options.loader.names(),
      escapes: options.escapes,
      urlProblem: options.urlProblem,
    };
    this.#services = this.#makeServices();
  }

  /** Compiles a template so that its mistakes show now. TemplateError for what is wrong. */
  compile(name: string): void {
    this.#page(name, 'bytes');
  }

  /** The names of the context that a page may read; undefined when that cannot be told. TemplateError for a broken template. */
  namesRead(name: string): ReadonlySet<string> | undefined {
    if (this.#options.debug) this.#forgetChanged();
    const known = this.#namesRead.get(name);
    if (known !== undefined) return known;
    const [file] = splitPartial(name);
    if (!this.#namesRead.has(name)) this.#namesRead.set(name, namesReadBy(file, (each) => this.#tree(each)));
    return this.#namesRead.get(name);
  }

  /** A page, not yet assembled. A promise when its values are asynchronous. Throws or rejects with TemplateError. */
  gather(name: string, context: object): TemplatePage | Promise<TemplatePage> {
    if (this.#options.debug) this.#forgetChanged();
    if (this.#asyncPages.has(name)) return this.#gatherAsync(name, context, null);
    return this.#gatherAtOnce(name, context, null);
  }

  #gatherAtOnce(name: string, context: object, before: RenderState | null): TemplatePage | Promise<TemplatePage> {
    const state = new RenderState(this.#services, context, false, false, before);
    try {
      const payload = this.#largePages.has(name) ? this.#textOf(name, context, state) : this.#gathered(name, context, state);
      return new TemplatePage(this.literals, payload, state.n, () => this.#gatherStrictly(name, context, state), this.#options.etag);
    } catch (error) {
      abandonPage(state);
      if (error === NEEDS_STRICT) return this.#gatherStrictly(name, context, state);
      if (error === NEEDS_TEXT || error === NEEDS_WIDE) {
        (error === NEEDS_TEXT ? this.#largePages : this.#widePages).add(name);
        return this.#gatherAtOnce(name, context, state);
      }
      if (error !== NEEDS_ASYNC) throw this.#toTemplateError(name, error, state);
      this.#asyncPages.add(name);
      return this.#gatherAsync(name, context, state);
    }
  }

  /** How many bytes of the thread's memory for pages it takes; as text when another page is being gathered there. */
  #gathered(name: string, context: object, state: RenderState): number | string {
    clearPageMemory();
    if (!beginPage(state, this.#widePages.has(name))) return this.#textOf(name, context, state);
    this.#page(name, 'bytes').emit(false)(context, state);
    return endPage();
  }

  #textOf(name: string, context: object, state: RenderState): string {
    return this.#page(name, 'sync').emit(false)(context, state) as string;
  }

  /**
   * A page in pieces: its head when it is complete, then what {% flush %} separates, then the rest. What fails after the first
   * piece rejects the next.
   */
  async *stream(name: string, context: object): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#options.debug) this.#forgetChanged();
    const state = new RenderState(this.#services, context, true, true);
    try {
      const chunks = this.#page(name, 'stream').emit(true)(context, state) as AsyncGenerator<string>;
      for await (const payload of chunks) {
        const bytes = assemble(this.literals, payload, state.n);
        state.n = 0;
        if (bytes === null) throw new Error('a compiled template wrote another number of tokens than it counted');
        if (bytes.length > 0) yield bytes;
      }
    } catch (error) {
      throw this.#toTemplateError(name, error, state);
    }
  }

  #gatherStrictly(name: string, context: object, before: RenderState): TemplatePage {
    const state = new RenderState(this.#services, context, true, false, before);
    try {
      const payload = this.#page(name, 'sync').emit(true)(context, state) as string;
      return new TemplatePage(this.literals, payload, state.n, null, this.#options.etag);
    } catch (error) {
      throw this.#toTemplateError(name, error, state);
    }
  }

  /** Strict from the start: there is no way to render it again at once. */
  async #gatherAsync(name: string, context: object, before: RenderState | null): Promise<TemplatePage> {
    const state = new RenderState(this.#services, context, true, true, before);
    try {
      const payload = (await this.#page(name, 'async').emit(true)(context, state)) as string;
      return new TemplatePage(this.literals, payload, state.n, null, this.#options.etag);
    } catch (error) {
      throw this.#toTemplateError(name, error, state);
    }
  }

  #tree(name: string): TemplateTree | null {
    const known = this.#trees.get(name);
    if (known !== undefined) return known;
    const source = this.#options.loader.load(name);
    const tree = source === null ? null : parseTemplate(source, this.#options.customTags);
    this.#trees.set(name, tree);
    return tree;
  }

  /** A page by the name that render() got: "page.html", or "page.html#partial". */
  #page(name: string, form: PageForm): CompiledUnit {
    const known = this.#pages[form].get(name);
    if (known !== undefined) return known;
    const [file, partial] = splitPartial(name);
    const what = partial === null ? ('page' as const) : { partial };
    const target = form === 'bytes' ? ({ form: 'sync', output: 'bytes' } as const) : ({ form, output: 'text' } as const);
    const page = this.#compiled(this.#required(file), { ...target, what, lateParent: null });
    this.#pages[form].set(name, page);
    return page;
  }

  #unit(key: string, tree: TemplateTree, rest: Omit<CompileTarget, 'tree'>): CompiledUnit {
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const unit = this.#compiled(tree, rest);
    this.#units.set(key, unit);
    return unit;
  }

  #compiled(tree: TemplateTree, rest: Omit<CompileTarget, 'tree'>): CompiledUnit {
    const unit = new CompiledUnit(compileTemplate(this.#compileEnvironment, { tree, ...rest }), this.#libraries);
    this.#unitsById.set(unit.id, unit);
    return unit;
  }

  #required(name: string): TemplateTree {
    const tree = this.#tree(name);
    if (tree !== null) return tree;
    throw new TemplateError(name, undefined, `template not found${didYouMean(name, this.#options.loader.names())}`);
  }

  /** In development: a file that changed, appeared or went takes everything compiled of it away. */
  #forgetChanged(): void {
    const { loader } = this.#options;
    const changed = [...this.#trees].some(([name, tree]) => (tree === null ? loader.load(name) !== null : !loader.isFresh(tree.source)));
    if (!changed) return;
    this.#trees.clear();
    for (const pages of Object.values(this.#pages)) pages.clear();
    this.#units.clear();
    this.#unitsById.clear();
    this.#asyncPages.clear();
    this.#largePages.clear();
    this.#widePages.clear();
    this.#namesRead.clear();
  }

  #makeServices(): RenderServices {
    const form = (state: RenderState): Form => (state.isAsync ? 'async' : 'sync');
    return {
      debug: this.#options.debug,
      globals: this.#options.globals,
      dateText: (date) => this.#options.formatDate(date, 'DATETIME_FORMAT'),
      fragments: this.#options.fragments === undefined ? null : { store: this.#options.fragments, pending: new Map() },
      capture: (payload, tokens) => {
        const text = assembleText(this.literals, payload, tokens);
        if (text === null) throw NEEDS_STRICT;
        return markSafe(text);
      },
      include: (state, name, context, ignoreMissing, from) => {
        const page = this.#firstOf(name, from, ignoreMissing);
        return page === null ? '' : this.#enter(state, from, page, () => this.#page(page, form(state)).emit(state.isStrict)(context, state) as string);
      },
      module: (state, name, context, from) => {
        const tree = this.#required(resolveName(display(name), from));
        const unit = this.#unit(`module ${form(state)} ${tree.source.name}`, tree, { form: form(state), output: 'text', what: 'module', lateParent: null });
        return this.#enter(state, from, tree.source.name, () => unit.emit(state.isStrict)(context, state) as object);
      },
      extend: (state, child, parent, context) => {
        const key = `late ${form(state)} ${child}\0${display(parent)}`;
        const unit = this.#unit(key, this.#required(child), { form: form(state), output: 'text', what: 'page', lateParent: display(parent) });
        return unit.emit(state.isStrict)(context, state) as string;
      },
    };
  }

  /** The first template of a name or a list of names that exists. */
  #firstOf(name: unknown, from: string, ignoreMissing: boolean): string | null {
    const names = (Array.isArray(name) ? name : [name]).map((each) => resolveName(display(each), from));
    const found = names.find((each) => this.#tree(splitPartial(each)[0]) !== null);
    if (found === undefined && !ignoreMissing)
      throw new Fault(`there is no template "${names.join('", "')}"${didYouMean(names[0] ?? '', this.#options.loader.names())}`);
    return found ?? null;
  }

  /** Runs what `from` includes or imports. Fault for such without end. */
  #enter<T extends string | object>(state: RenderState, from: string, name: string, run: () => T): T {
    if (state.depth >= MAX_DEPTH) {
      const cycle = cycleThrough(from, splitPartial(name)[0], (each) => this.#tree(each));
      throw new Fault(`templates include each other more than ${MAX_DEPTH} deep${cycle && `: ${cycle}`}`);
    }
    state.depth++;
    const result = run();
    if (result instanceof Promise) return result.finally(() => state.depth--) as unknown as T;
    state.depth--;
    return result;
  }

  #toTemplateError(name: string, error: unknown, state: RenderState): unknown {
    if (error instanceof TemplateError || typeof error === 'symbol') return error;
    const span = placeInStack(error, this.#unitsById);
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof Fault ? message : `${error instanceof Error ? error.name : 'thrown'}: ${message}`;
    if (span === undefined) return new TemplateError(name, undefined, reason, error);
    if (!(error instanceof UndefinedValue)) return new TemplateSourceError(span, reason, error);
    const text = textOf(span);
    const known = [...Object.keys(state.context), ...this.#options.globals.keys()];
    return new TemplateSourceError(span, `"${text}" is undefined${/^\w+$/.test(text) ? didYouMean(text, known) : ''}`, error);
  }
}

/** "page.html#rows" is the partial rows of page.html. */
function splitPartial(name: string): [string, string | null] {
  const hash = name.indexOf('#');
  return hash === -1 ? [name, null] : [name.slice(0, hash), name.slice(hash + 1)];
}
