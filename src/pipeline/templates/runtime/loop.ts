/**
 * What {% for %} goes over, and what it knows about where it is.
 */
import { Fault, UndefinedValue } from './faults.ts';
import { isThenable } from './lookup.ts';
import { SafeString } from './safe-string.ts';
import { NEEDS_ASYNC } from './signals.ts';
import type { RenderState } from './state.ts';

/**
 * The items of a value as an array: an array itself, what an iterable gives, [key, value] of a Map or of a plain object when
 * the loop takes items apart (else its keys), the characters of a string. Nothing for null. UndefinedValue for undefined in
 * development.
 */
export function listOf(state: RenderState, value: unknown, isTakenApart: boolean): readonly unknown[] {
  if (Array.isArray(value)) return state.isAsync ? value : settledOnly(value);
  if (value === undefined && state.services.debug) throw new UndefinedValue();
  if (value === undefined || value === null || value === false) return [];
  if (typeof value === 'string' || value instanceof SafeString) return [...value.toString()];
  if (value instanceof Map) return isTakenApart ? [...value] : [...value.keys()];
  if (typeof value !== 'object') throw new Fault(`a value of type ${typeof value} cannot be looped over`);
  if (Symbol.iterator in value) return iterated(state, value as Iterable<unknown>);
  if (Symbol.asyncIterator in value) throw NEEDS_ASYNC;
  return isTakenApart ? Object.entries(value) : Object.keys(value);
}

/** Promises among the items are awaited by the asynchronous form. */
function settledOnly(items: readonly unknown[]): readonly unknown[] {
  for (let i = 0; i < items.length; i++) if (isThenable(items[i])) throw NEEDS_ASYNC;
  return items;
}

/** An iterator that can be read only once is read once, even if the page is rendered twice. */
function iterated(state: RenderState, value: Iterable<unknown>): readonly unknown[] {
  return value instanceof Set ? [...value] : (state.once(value, () => [...value]) as readonly unknown[]);
}

/** The same for the asynchronous form, where items may come late. */
export function listOfAsync(state: RenderState, value: unknown, isTakenApart: boolean): readonly unknown[] | Promise<readonly unknown[]> {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value))
    return settledItems(listOf(state, value, isTakenApart));
  return state.once(value, () => collect(value as AsyncIterable<unknown>)) as Promise<readonly unknown[]>;
}

function settledItems(items: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  return items.some(isThenable) ? Promise.all(items) : items;
}

async function collect(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** One of several targets of a loop or a {% set %}: the index-th part of an item. Fault when it has no parts. */
export function partOf(value: unknown, index: number): unknown {
  if (Array.isArray(value)) return value[index];
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)][index];
  throw new Fault('several names need a list of values to be taken apart');
}

/** loop and forloop as one value, for {% include %} and calls. Generated code uses the index itself where it can. */
export class Loop {
  readonly #index: number;
  readonly #length: number;
  readonly parentloop: Loop | null;

  constructor(index: number, length: number, parent: Loop | null) {
    this.#index = index;
    this.#length = length;
    this.parentloop = parent;
  }

  get index(): number {
    return this.#index + 1;
  }
  get index0(): number {
    return this.#index;
  }
  get counter(): number {
    return this.#index + 1;
  }
  get counter0(): number {
    return this.#index;
  }
  get revindex(): number {
    return this.#length - this.#index;
  }
  get revindex0(): number {
    return this.#length - this.#index - 1;
  }
  get revcounter(): number {
    return this.revindex;
  }
  get revcounter0(): number {
    return this.revindex0;
  }
  get first(): boolean {
    return this.#index === 0;
  }
  get last(): boolean {
    return this.#index === this.#length - 1;
  }
  get length(): number {
    return this.#length;
  }
}
