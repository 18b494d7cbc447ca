/** {% regroup list by key as groups %}. */
import { equal } from './operators.ts';
import type { RenderState } from './state.ts';

/** Neighbours with the same key. Two names of a loop take it apart: {% for grouper, list in groups %}. */
class Group {
  readonly grouper: unknown;
  readonly list: unknown[];

  constructor(grouper: unknown, first: unknown) {
    this.grouper = grouper;
    this.list = [first];
  }

  *[Symbol.iterator](): Generator<unknown> {
    yield this.grouper;
    yield this.list;
  }
}

/** `keyOf` gives the key of an item, a promise only in the asynchronous forms. Nothing is an empty list. */
export function regroup(state: RenderState, list: unknown, keyOf: (item: unknown) => unknown): Group[] | Promise<Group[]> {
  const items = [...((list ?? []) as Iterable<unknown>)];
  return state.isAsync ? regroupLater(items, keyOf) : gather(items, items.map(keyOf));
}

/** One after the other: the keys share the variables of the template's function. */
async function regroupLater(items: readonly unknown[], keyOf: (item: unknown) => unknown): Promise<Group[]> {
  const keys: unknown[] = [];
  for (const item of items) keys.push(await keyOf(item));
  return gather(items, keys);
}

function gather(items: readonly unknown[], keys: readonly unknown[]): Group[] {
  const groups: Group[] = [];
  items.forEach((item, index) => {
    const last = groups.at(-1);
    if (last !== undefined && equal(last.grouper, keys[index])) last.list.push(item);
    else groups.push(new Group(keys[index], item));
  });
  return groups;
}
