/**
 * Matches one path against one pattern: what a regular expression made of the pattern would capture, in time bounded by
 * segments × path length² however the pattern looks. native/route/search.cc is the fast form for many patterns.
 */
import type { Segment } from './pattern.ts';

/** The rest of a path behind the segments; undefined when it does not match. Values by name. */
export type Tail = (rest: string) => Record<string, string> | undefined;

export interface PathMatch {
  /** Captured texts by position of the parameter. */
  captures: string[];
  /** Named groups of the tail; empty without one. */
  groups: Record<string, string>;
}

const NO_GROUPS: Record<string, string> = Object.freeze({});
const wholePath: Tail = (rest) => (rest === '' ? NO_GROUPS : undefined);

/** Matches a path without its leading slash. undefined when it does not match. */
export function matchPath(segments: readonly Segment[], path: string, tail: Tail = wholePath): PathMatch | undefined {
  const captures: string[] = [];
  // (segment, offset) pairs from which nothing matches; made at the first step back.
  let dead: Set<number> | undefined;

  const matchFrom = (index: number, offset: number): Record<string, string> | undefined => {
    const segment = segments[index];
    if (segment === undefined) return tail(path.slice(offset));
    if (typeof segment === 'string') {
      return path.startsWith(segment, offset) ? matchFrom(index + 1, offset + segment.length) : undefined;
    }
    const key = index * (path.length + 1) + offset;
    if (dead?.has(key) === true) return undefined;
    const { longestEnd, divisible } = segment.converter;
    for (let end = longestEnd(path, offset); end > offset; end = divisible ? end - 1 : offset) {
      captures.push(path.slice(offset, end));
      const groups = matchFrom(index + 1, end);
      if (groups !== undefined) return groups;
      captures.pop();
    }
    (dead ??= new Set()).add(key);
    return undefined;
  };

  const groups = matchFrom(0, 0);
  return groups === undefined ? undefined : { captures, groups };
}
