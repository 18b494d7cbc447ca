/**
 * Macros: pieces of template that are called with arguments.
 */
import { Fault } from './faults.ts';
import type { SafeString } from './safe-string.ts';
import type { RenderState } from './state.ts';

/** Generated code of a macro: gives the tokens of one call. `undefined` for a parameter means its fallback. */
export type MacroBody = (state: RenderState, caller: Macro | null, ...args: unknown[]) => string | Promise<string>;

export class Macro {
  readonly #name: string;
  readonly #parameters: readonly string[];
  readonly #body: MacroBody;

  constructor(name: string, parameters: readonly string[], body: MacroBody) {
    this.#name = name;
    this.#parameters = parameters;
    this.#body = body;
  }

  /** Its text with its tokens, to be appended to a page that is being gathered. Fault for arguments it does not have. */
  emit(state: RenderState, args: readonly unknown[], named: Readonly<Record<string, unknown>> | null): string | Promise<string> {
    if (args.length > this.#parameters.length) {
      throw new Fault(`the macro "${this.#name}" takes ${this.#parameters.length} arguments, not ${args.length}`);
    }
    if (named === null) return this.#body(state, null, ...args);
    return this.#body(state, named['caller'] instanceof Macro ? named['caller'] : null, ...this.#bind(args, named));
  }

  /** Its text as a value. */
  capture(state: RenderState, args: readonly unknown[], named: Readonly<Record<string, unknown>> | null): SafeString | Promise<SafeString> {
    return state.capture(() => this.emit(state, args, named));
  }

  #bind(args: readonly unknown[], named: Readonly<Record<string, unknown>>): unknown[] {
    const bound = [...args];
    for (const name of Object.keys(named)) {
      const index = this.#parameters.indexOf(name);
      if (index === -1 && name === 'caller') continue;
      if (index === -1) throw new Fault(`the macro "${this.#name}" has no parameter "${name}"`);
      if (index < args.length) throw new Fault(`the macro "${this.#name}" got its parameter "${name}" twice`);
      bound[index] = named[name];
    }
    return bound;
  }
}
