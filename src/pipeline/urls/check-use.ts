/** Whether a route can be addressed by a name with certain parameters, whatever their values: for checks when templates are loaded. */
import { nameSuggestion } from './reverse.ts';
import type { Route } from './route.ts';
import type { Urlconf } from './urlconf.ts';

/** The parameters of a use: their names, how many by place, or null when that is not written out. */
export type GivenParams = readonly string[] | number | null;

/** What is wrong, as a sentence without the place; undefined where reverse() may succeed. */
export function reverseProblem(urlconf: Urlconf, name: string, given: GivenParams): string | undefined {
  const route = urlconf.byName.get(name);
  if (route === undefined) return `there is no route '${name}'${nameSuggestion(urlconf, name)}`;
  if (route.opaque) return `the route '${name}' is a rePath(), whose expression cannot be reversed; use path() instead`;
  const wanted = route.segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.name]));
  if (given === null) return undefined;
  if (typeof given === 'number') {
    return given === wanted.length ? undefined : `the route '${name}' is ${shown(route)}: it takes ${count(wanted.length)}, not ${given}`;
  }
  const missing = wanted.find((each) => !given.includes(each));
  if (missing !== undefined) return `the route '${name}' is ${shown(route)}: the parameter '${missing}' is missing`;
  const extra = given.find((each) => !wanted.includes(each));
  return extra === undefined ? undefined : `the route '${name}' is ${shown(route)}: it has no parameter '${extra}'`;
}

function shown(route: Route): string {
  return `"/${route.pattern}"`;
}

function count(length: number): string {
  return length === 0 ? 'no parameters' : `${length} parameter${length === 1 ? '' : 's'}`;
}
