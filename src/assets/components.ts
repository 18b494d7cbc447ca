/**
 * The order in which files that refer to each other can be named: referred ones first. Files that refer to each other in a circle
 * come together. Pure.
 */

/**
 * Strongly connected components of a graph, each behind those that it refers to (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). `edges` by node; without recursion, for chains have no bound. O(nodes + edges).
 */
export function componentsInOrder(edges: readonly (readonly number[])[]): number[][] {
  const state = edges.map(() => ({ order: -1, low: 0, onStack: false, next: 0 }));
  const stack: number[] = [];
  const components: number[][] = [];
  let order = 0;
  for (const root of edges.keys()) {
    if (state[root]?.order === -1) visit(root);
  }
  return components;

  function visit(root: number): void {
    const path = [root];
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const own = state[node] as (typeof state)[number];
      const target = edges[node]?.[own.next++];
      if (target === undefined) {
        leave(node, path);
        continue;
      }
      const other = state[target] as (typeof state)[number];
      if (other.order === -1) {
        enter(target);
        path.push(target);
      } else if (other.onStack) {
        own.low = Math.min(own.low, other.order);
      }
    }
  }

  function enter(node: number): void {
    Object.assign(state[node] as object, { order, low: order, onStack: true });
    order++;
    stack.push(node);
  }

  function leave(node: number, path: number[]): void {
    path.pop();
    const own = state[node] as (typeof state)[number];
    const parent = state[path.at(-1) ?? -1];
    if (parent !== undefined) parent.low = Math.min(parent.low, own.low);
    if (own.low !== own.order) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) (state[member] as (typeof state)[number]).onStack = false;
    components.push(component);
  }
}
