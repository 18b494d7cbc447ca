/**
 * What belongs to one rendering.
 *
 * DESIGN: a page is rendered twice when a value holds U+001B (strict mode) or when a promise turns up (asynchronous form). What has
 * effects must happen once all the same: results of calls and of iterators that can be read only once go into a log, and the
 * second run, which asks for the same things in the same order, takes them from there.
 */
import type { FragmentCache, OpenFragment } from './fragments.ts';
import type { SafeString } from './safe-string.ts';

/** Functions of the environment that a rendering uses. */
export interface RenderServices {
  readonly debug: boolean;
  readonly globals: ReadonlyMap<string, unknown>;
  /** The text of a date that is shown as it is. */
  readonly dateText: (date: Date) => string;
  /** What {% cache %} keeps; null: nothing. */
  readonly fragments: FragmentCache | null;
  /** Makes markup of a captured piece. Throws NEEDS_STRICT. */
  capture(payload: string, tokens: number): SafeString;
  /** Renders a template that is named by a value (or several, of which the first that exists counts), as tokens. */
  include(state: RenderState, name: unknown, context: object, ignoreMissing: boolean, from: string): string | Promise<string>;
  /** What a template defines at its top: macros and {% set %}. */
  module(state: RenderState, name: unknown, context: object, from: string): object | Promise<object>;
  /** A child whose parent is known only now, as tokens. */
  extend(state: RenderState, child: string, parent: unknown, context: object): string | Promise<string>;
}

interface LogEntry {
  readonly key: unknown;
  readonly result: unknown;
}

export class RenderState {
  /** Tokens written so far. */
  n = 0;
  readonly services: RenderServices;
  /** The context that render() was given. */
  readonly context: object;
  readonly isStrict: boolean;
  readonly isAsync: boolean;
  /** Includes of includes under way. */
  depth = 0;
  /** The innermost {% cache %} that is being made. */
  fragment: OpenFragment | null = null;
  /** What put.ts has left gaps for. */
  gapText = '';
  readonly #log: LogEntry[];
  #position = 0;
  #lazy: Map<() => unknown, unknown> | null = null;

  constructor(services: RenderServices, context: object, isStrict: boolean, isAsync: boolean, before: RenderState | null = null) {
    this.services = services;
    this.context = context;
    this.isStrict = isStrict;
    this.isAsync = isAsync;
    this.#log = before === null ? [] : before.#log;
  }

  /** What a piece of the page gives, as markup. Its tokens do not count for the page. Throws NEEDS_STRICT. */
  capture(run: () => string | Promise<string>): SafeString | Promise<SafeString> {
    const before = this.n;
    this.n = 0;
    const finish = (payload: string): SafeString => {
      const tokens = this.n;
      this.n = before;
      return this.services.capture(payload, tokens);
    };
    const payload = run();
    return typeof payload === 'string' ? finish(payload) : payload.then(finish);
  }

  /** The value of a function that stands in the context: called when it is first read. */
  lazy(make: () => unknown): unknown {
    this.#lazy ??= new Map();
    if (!this.#lazy.has(make)) this.#lazy.set(make, this.once(make, make));
    return this.#lazy.get(make);
  }

  /** Runs something that has effects, or gives what it gave in the run before. `key` tells one thing from another. */
  once(key: unknown, run: () => unknown): unknown {
    const entry = this.#log[this.#position];
    if (entry !== undefined && entry.key === key) {
      this.#position++;
      return entry.result;
    }
    const result = run();
    this.#log[this.#position++] = { key, result };
    return result;
  }
}
