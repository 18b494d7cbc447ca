/**
 * Which name means what at a place of a template. Names that no tag has given away belong to the context.
 */

/** What a template has given a name to. */
export type Binding =
  /** A JavaScript variable; `isCertain`: it is set wherever the name can be read. */
  | { readonly kind: 'variable'; readonly code: string; readonly isCertain: boolean }
  /** loop and forloop. */
  | { readonly kind: 'loop'; readonly loop: LoopFrame };

/** A loop that code is being generated for. */
export interface LoopFrame {
  /** Code of the index from 0. */
  readonly index: string;
  /** Code of the array. */
  readonly list: string;
  readonly parent: LoopFrame | null;
  /** Statements to be put in front of the loop: what {% ifchanged %} remembers. */
  readonly before: string[];
}

export class Scope {
  readonly parent: Scope | null;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent: Scope | null) {
    this.parent = parent;
  }

  bind(name: string, binding: Binding): void {
    this.#bindings.set(name, binding);
  }

  /** What this scope itself has bound. */
  own(name: string): Binding | undefined {
    return this.#bindings.get(name);
  }

  get ownNames(): Iterable<string> {
    return this.#bindings.keys();
  }

  /** Bindings of a name from the inside out, up to the first that is certain. */
  *candidates(name: string): Generator<Binding> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const binding = scope.#bindings.get(name);
      if (binding === undefined) continue;
      yield binding;
      if (binding.kind === 'loop' || binding.isCertain) return;
    }
  }

  /** All names that are visible here. */
  visibleNames(): Set<string> {
    const names = new Set<string>(this.#bindings.keys());
    for (const name of this.parent?.visibleNames() ?? []) names.add(name);
    return names;
  }
}
