/**
 * Which names of the context a page may read: those in its own text, and in all that it extends, includes and imports; and which
 * templates those are. More names than it really reads (a loop's own variable counts), never less. Pure.
 */
import { resolveName } from '../loader.ts';
import type { Expression, TemplateTree } from '../language/tree.ts';

/** What some tags read without naming it. */
const READ_BY_HELPERS: Readonly<Record<string, string>> = { csrfField: 'csrf_token', queryString: 'request' };

/** `treeOf`: null for a template that is missing. undefined when it cannot be told: names made while rendering, tags of the application. */
export function namesReadBy(name: string, treeOf: (name: string) => TemplateTree | null): ReadonlySet<string> | undefined {
  const reader = new Reader(treeOf);
  reader.read(name);
  return reader.isSure ? reader.names : undefined;
}

/** A template and all that it names written out: what it extends, includes and imports. */
export function templatesReadBy(name: string, treeOf: (name: string) => TemplateTree | null): ReadonlySet<string> {
  const reader = new Reader(treeOf);
  reader.read(name);
  return reader.templates;
}

class Reader {
  readonly names = new Set<string>();
  readonly templates = new Set<string>();
  isSure = true;
  readonly #treeOf: (name: string) => TemplateTree | null;

  constructor(treeOf: (name: string) => TemplateTree | null) {
    this.#treeOf = treeOf;
  }

  read(name: string): void {
    if (this.templates.has(name)) return;
    this.templates.add(name);
    const tree = this.#treeOf(name);
    if (tree === null) return;
    this.#walk(tree.body, name);
    if (tree.parent !== null) this.#follow(tree.parent, name);
  }

  /** A template that another one names. */
  #follow(template: Expression, from: string): void {
    if (template.kind !== 'literal' || typeof template.value !== 'string') this.isSure = false;
    else this.read(resolveName(template.value, from).split('#', 1)[0] as string);
  }

  /** Nodes and expressions alike: objects with a kind, in lists and under keys. */
  #walk(value: unknown, from: string): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((each) => this.#walk(each, from));
    const { kind, name, template } = value as { kind?: string; name?: string; template?: Expression };
    if (kind === 'name') this.names.add(name as string);
    if (kind === 'custom') this.isSure = false;
    if (kind === 'helper' && READ_BY_HELPERS[name as string] !== undefined) this.names.add(READ_BY_HELPERS[name as string] as string);
    if ((kind === 'include' || kind === 'import') && template !== undefined) this.#follow(template, from);
    for (const [key, inner] of Object.entries(value)) if (key !== 'span' && key !== 'nameSpan') this.#walk(inner, from);
  }
}
