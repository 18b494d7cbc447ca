/**
 * A compiled template: its code, and the functions that are made of it.
 */
import { compileFunction } from 'node:vm';
import type { CompiledCode } from './compiler/compile.ts';
import type { Span } from './language/source.ts';
import type { TemplateTree } from './language/tree.ts';
import type { RenderState } from './runtime/state.ts';

/** Generated function of a template, in the form that it was compiled to. */
export type Emit = (context: object, state: RenderState) => unknown;

const FILE = 'fastserve-template';
const FRAME = new RegExp(`${FILE}-(\\d+)\\.js:(\\d+):(\\d+)`, 'g');

let lastId = 0;

export class CompiledUnit {
  /** Appears in stacks as the file name. Of this process and thread. */
  readonly id = ++lastId;
  readonly dependencies: ReadonlySet<TemplateTree>;
  readonly #compiled: CompiledCode;
  readonly #libraries: { readonly plain: object; readonly strict: object };
  #plain: Emit | null = null;
  #strict: Emit | null = null;

  constructor(compiled: CompiledCode, libraries: { readonly plain: object; readonly strict: object }) {
    this.dependencies = compiled.dependencies;
    this.#compiled = compiled;
    this.#libraries = libraries;
  }

  /**
   * The function. Strict and plain ones are separate code, so that the calls inside of each go to the same functions always,
   * and a visitor who forces strict rendering does not slow down the plain one.
   */
  emit(isStrict: boolean): Emit {
    if (isStrict) return (this.#strict ??= this.#make(this.#libraries.strict));
    return (this.#plain ??= this.#make(this.#libraries.plain));
  }

  /** The template's place behind a line and a column of the generated code. */
  find(line: number, column: number): Span | undefined {
    return this.#compiled.map.find(line, column);
  }

  #make(library: object): Emit {
    const make = compileFunction(this.#compiled.code, ['runtime'], { filename: `${FILE}-${this.id}.js` }) as (runtime: object) => Emit;
    return make(library);
  }
}

/** The innermost template place in an error's stack; undefined when there is none. */
export function placeInStack(error: unknown, units: ReadonlyMap<number, CompiledUnit>): Span | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, id, line, column] of stack.matchAll(FRAME)) {
    const span = units.get(Number(id))?.find(Number(line), Number(column));
    if (span !== undefined) return span;
  }
  return undefined;
}
