/**
 * How templates come back to themselves: for messages about includes and parents without end. Pure.
 */
import type { Span } from './language/source.ts';
import type { Expression, TemplateTree } from './language/tree.ts';
import { resolveName } from './loader.ts';

/** A tag that names another template. */
export interface Step {
  readonly span: Span;
  readonly to: string;
}

type TreeOf = (name: string) => TemplateTree | null;

/**
 * Steps from `from` to `next`, which it is about to render, and on through templates that name each other by texts, back to `from`:
 * "a.html:2 → b.html:1 → a.html". Empty when none lead back, as names that are made while rendering are not known here.
 */
export function cycleThrough(from: string, next: string, treeOf: TreeOf): string {
  const back = next === from ? [] : shortestWay(next, from, treeOf);
  if (back === undefined) return '';
  const first = stepsOf(from, treeOf).find(({ to }) => to === next);
  return [first === undefined ? from : shownPlace(first), ...back.map(shownPlace), from].join(' → ');
}

/** File and line of a step, as messages have them. */
export function shownPlace({ span }: Step): string {
  return `${span.source.shownName}:${span.source.position(span.start).line}`;
}

function shortestWay(start: string, goal: string, treeOf: TreeOf): readonly Step[] | undefined {
  const ways = new Map<string, readonly Step[]>([[start, []]]);
  // A map gives what is added while it is read: breadth first.
  for (const [name, way] of ways) {
    if (name === goal) return way;
    for (const step of stepsOf(name, treeOf)) if (!ways.has(step.to)) ways.set(step.to, [...way, step]);
  }
  return undefined;
}

function stepsOf(name: string, treeOf: TreeOf): Step[] {
  const tree = treeOf(name);
  if (tree === null) return [];
  const parent = tree.parent === null ? [] : [tree.parent];
  return [...parent, ...templatesNamedIn(tree.body)].flatMap((named) => {
    if (named.kind !== 'literal' || typeof named.value !== 'string') return [];
    return [{ span: named.span, to: resolveName(named.value, name).split('#', 1)[0] as string }];
  });
}

/** The names that {% include %}, {% import %} and {% from %} are given, anywhere below. */
function templatesNamedIn(value: unknown): Expression[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(templatesNamedIn);
  const { kind, template } = value as { kind?: string; template?: Expression };
  const own = (kind === 'include' || kind === 'import') && template !== undefined ? [template] : [];
  const inner = Object.entries(value).filter(([key]) => key !== 'span' && key !== 'nameSpan');
  return [...own, ...inner.flatMap(([, each]) => templatesNamedIn(each))];
}
