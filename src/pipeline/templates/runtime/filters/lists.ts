/** Filters on lists, objects and maps. None changes its input. Paths ("author.name") reach data only; see lookup.ts. */
import { display, escapeValue } from '../escape.ts';
import { Fault } from '../faults.ts';
import type { Filter, Test } from '../library.ts';
import { attributeOf } from '../lookup.ts';
import { compare, equal, numberOf, truth } from '../operators.ts';
import { markSafe, SafeString } from '../safe-string.ts';
import { TESTS } from '../tests.ts';

/** Items of anything that has some: characters of a text, keys of an object. */
function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (value === null || value === undefined) return [];
  if (typeof value === 'string' || value instanceof SafeString) return [...value.toString()];
  if (value instanceof Map) return [...value.keys()];
  if (typeof value !== 'object') throw new Fault(`a value of type ${typeof value} has no items`);
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.keys(value);
}

/** Named arguments arrive as an object behind the others. */
function named(args: unknown[]): Readonly<Record<string, unknown>> {
  const last = args.at(-1);
  const isNamed = typeof last === 'object' && last !== null && !Array.isArray(last) && !(last instanceof SafeString);
  return isNamed ? (args.pop() as Record<string, unknown>) : {};
}

const byValue = (a: unknown, b: unknown): number =>
  Number.isNaN(compare(a, b)) ? Number(a === undefined || a === null) - Number(b === undefined || b === null) : compare(a, b);

/** Joined as text; as soon as a part is markup, the other parts are escaped (where escaping is on) and the whole is markup. */
export function join(value: unknown, escapes: boolean, ...args: unknown[]): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const { attribute, d } = named(args);
  const separator = args[0] ?? d ?? '';
  const path = attribute ?? args[1];
  const parts = path === undefined ? itemsOf(value) : itemsOf(value).map((item) => attributeOf(item, path));
  const hasMarkup = separator instanceof SafeString || parts.some((part) => part instanceof SafeString);
  if (!escapes || !hasMarkup) return parts.map(display).join(display(separator));
  return markSafe(parts.map(escapeValue).join(escapeValue(separator)));
}

/** Django's slice:"1:3", also with a step; Jinja's slice(3) makes so many columns. What has no order, and a range that is none, leaves the value as it is. */
function slice(value: unknown, range: unknown, filler?: unknown): unknown {
  if (typeof range === 'number') return columns(itemsOf(value), range, filler);
  const isText = typeof value === 'string' || value instanceof SafeString;
  if (!isText && !Array.isArray(value)) return value;
  const bounds = display(range).split(':').map((bound) => bound.trim());
  if (bounds.length > 3 || bounds.some((bound) => !/^(?:[-+]?\d+)?$/.test(bound)) || Number(bounds[2] || 1) === 0) return value;
  const [from, to, step] = (bounds.length === 1 ? ['', bounds[0] as string] : bounds).map((bound) => (bound === '' ? null : Number(bound)));
  const items = stepped(isText ? [...display(value)] : (value as unknown[]), from ?? null, to ?? null, step ?? 1);
  return isText ? items.join('') : items;
}

/** items[from:to:step], as Python counts. */
function stepped(items: readonly unknown[], from: number | null, to: number | null, step: number): unknown[] {
  if (step === 1) return items.slice(from ?? 0, to ?? undefined);
  const { length } = items;
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + length : bound, least), most);
  const end = to === null ? (step > 0 ? most : least) : place(to);
  const taken: unknown[] = [];
  for (let at = from === null ? (step > 0 ? least : most) : place(from); step > 0 ? at < end : at > end; at += step) taken.push(items[at]);
  return taken;
}

function columns(items: unknown[], count: number, filler: unknown): unknown[][] {
  const size = Math.floor(items.length / count);
  const larger = items.length % count;
  const result: unknown[][] = [];
  for (let index = 0, at = 0; index < count && count <= 10_000; index++) {
    const end = at + size + (index < larger ? 1 : 0);
    const column = items.slice(at, end);
    if (filler !== undefined && larger > 0 && index >= larger) column.push(filler);
    result.push(column);
    at = end;
  }
  return result;
}

function batch(value: unknown, size: unknown, filler?: unknown): unknown[][] {
  const items = itemsOf(value);
  const length = Math.max(1, numberOf(size) || 1);
  const rows: unknown[][] = [];
  for (let at = 0; at < items.length; at += length) rows.push(items.slice(at, at + length));
  const last = rows.at(-1);
  while (filler !== undefined && last !== undefined && last.length < length) last.push(filler);
  return rows;
}

/** Django's dictsort:"name" sorts a list by a path; Jinja's dictsort makes sorted pairs of an object. Equal ones keep their order in both directions. */
function dictSort(value: unknown, path: unknown, direction: 1 | -1): unknown[] {
  if (path !== undefined && typeof path !== 'object')
    return itemsOf(value).toSorted((a, b) => direction * byValue(attributeOf(a, path), attributeOf(b, path)));
  return pairsOf(value).toSorted(([a], [b]) => direction * byValue(a, b));
}

function pairsOf(value: unknown): [unknown, unknown][] {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function sort(value: unknown, ...args: unknown[]): unknown[] {
  const options = named(args);
  const [isReversed = options['reverse'] ?? false, isCaseSensitive = options['case_sensitive'] ?? false, path = options['attribute']] =
    args;
  const key = (item: unknown): unknown => {
    const found = path === undefined ? item : attributeOf(item, path);
    return typeof found === 'string' && isCaseSensitive !== true ? found.toLowerCase() : found;
  };
  const sorted = itemsOf(value).toSorted((a, b) => byValue(key(a), key(b)));
  return isReversed === true ? sorted.reverse() : sorted;
}

function groupBy(value: unknown, ...args: unknown[]): { grouper: unknown; list: unknown[] }[] {
  const options = named(args);
  const path = args[0] ?? options['attribute'];
  const groups: { grouper: unknown; list: unknown[] }[] = [];
  for (const item of sort(value, false, true, path)) {
    const grouper = attributeOf(item, path) ?? options['default'];
    const last = groups.at(-1);
    if (last !== undefined && equal(last.grouper, grouper)) last.list.push(item);
    else groups.push({ grouper, list: [item] });
  }
  return groups;
}

/** select, reject, selectattr, rejectattr: keeps what passes a test (truth without one), or what does not. */
function selector(keeps: boolean, hasPath: boolean): Filter {
  return (value, ...args) => {
    const path = hasPath ? args.shift() : undefined;
    const name = args.shift();
    const test: Test = name === undefined ? truth : testNamed(display(name));
    return itemsOf(value).filter((item) => test(hasPath ? attributeOf(item, path) : item, ...args) === keeps);
  };
}

function testNamed(name: string): Test {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  if (test === undefined) throw new Fault(`there is no test "${name}"`);
  return test;
}

/** map(attribute="a.b") or map("a.b"): one value of each item. */
function map(value: unknown, ...args: unknown[]): unknown[] {
  const options = named(args);
  const path = args[0] ?? options['attribute'];
  return itemsOf(value).map((item) => attributeOf(item, path) ?? options['default']);
}

function unique(value: unknown, ...args: unknown[]): unknown[] {
  const path = args[0] ?? named(args)['attribute'];
  const seen = new Set<unknown>();
  return itemsOf(value).filter((item) => {
    const key = path === undefined || typeof path === 'object' ? item : attributeOf(item, path);
    if (seen.has(key)) return false;
    return seen.add(key);
  });
}

function sum(value: unknown, ...args: unknown[]): number {
  const options = named(args);
  const [path = options['attribute'], start = options['start'] ?? 0] = args;
  return itemsOf(value).reduce<number>(
    (total, item) => total + numberOf(path === undefined ? item : attributeOf(item, path)),
    numberOf(start),
  );
}

function extreme(value: unknown, wanted: 1 | -1, args: unknown[]): unknown {
  const path = named(args)['attribute'];
  const key = (item: unknown): unknown => (path === undefined ? item : attributeOf(item, path));
  return itemsOf(value).reduce((best, item) => (best === undefined || byValue(key(item), key(best)) * wanted > 0 ? item : best), undefined);
}

function length(value: unknown): number {
  if (value instanceof Map || value instanceof Set) return value.size;
  if (typeof value === 'number' || typeof value === 'boolean') return 0;
  return typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof SafeString) &&
    !(Symbol.iterator in value)
    ? Object.keys(value).length
    : itemsOf(value).length;
}

const reverse: Filter = (value) => (typeof value === 'string' ? [...value].reverse().join('') : [...itemsOf(value)].reverse());

export const LIST_FILTERS: Readonly<Record<string, Filter>> = {
  attr: attributeOf,
  batch,
  count: length,
  dictsort: (value, path) => dictSort(value, path, 1),
  dictsortreversed: (value, path) => dictSort(value, path, -1),
  first: (value) => itemsOf(value)[0],
  groupby: groupBy,
  items: pairsOf,
  last: (value) => itemsOf(value).at(-1),
  length,
  list: (value) => [...itemsOf(value)],
  make_list: (value) => [...display(value)],
  map,
  max: (value, ...args) => extreme(value, 1, args),
  min: (value, ...args) => extreme(value, -1, args),
  random: (value) => itemsOf(value)[Math.floor(Math.random() * itemsOf(value).length)],
  reject: selector(false, false),
  rejectattr: selector(false, true),
  reverse,
  select: selector(true, false),
  selectattr: selector(true, true),
  slice,
  sort,
  sum,
  unique,
};
