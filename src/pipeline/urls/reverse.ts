/**
 * From a route's name back to its path, as Django's reverse().
 */
import { suggest } from '../../nearest.ts';
import type { Segment } from './pattern.ts';
import { encodePath } from './resolver.ts';
import type { Route } from './route.ts';
import type { Urlconf } from './urlconf.ts';

/** Path parameters by name, or in the order of the pattern. */
export type ReverseParams = Readonly<Record<string, string | number>> | readonly (string | number)[];

type NamedParams = Readonly<Record<string, string | number>>;

type QueryValue = string | number | boolean;

/** What reverse() takes beside name and parameters. */
export interface ReverseOptions {
  /** Query parameters; a list repeats the name. */
  query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
}

/** Makes the path of a named route. ReverseError when there is no such route or a parameter does not fit. */
export type Reverse = (name: string, params?: ReverseParams, options?: ReverseOptions) => string;

/** A name or parameters that give no path. */
export class ReverseError extends Error {
  override readonly name = 'ReverseError';
}

let activeUrlconf: Urlconf | null = null;

/** Makes a URLconf the one that the global reverse() uses; defineApp() calls it. */
export function activateUrlconf(urlconf: Urlconf): void {
  activeUrlconf = urlconf;
}

/**
 * The path of a named route of the application that was defined last in this thread (nearly always the only one; else use
 * app.reverse). reverse('blog:post', { year: 2024 }, { query: { page: 2 } }) → "/blog/2024/?page=2".
 */
export const reverse: Reverse = (name, params, options) => {
  if (activeUrlconf === null) throw new ReverseError(`reverse('${name}'): no application is defined yet; call it from a view`);
  return reverseIn(activeUrlconf, name, params, options);
};

/** The same for one URLconf. */
export function reverseIn(urlconf: Urlconf, name: string, params: ReverseParams = {}, options: ReverseOptions = {}): string {
  const route = urlconf.byName.get(name);
  if (route === undefined) throw new ReverseError(`reverse('${name}'): there is no route of this name${nameSuggestion(urlconf, name)}`);
  if (route.opaque) {
    throw new ReverseError(`reverse('${name}'): its route is a rePath(), whose expression cannot be reversed; use path() instead`);
  }
  const named = Array.isArray(params) ? byPlace(route, params as readonly (string | number)[]) : (params as NamedParams);
  checkNames(route, named);
  const path = `/${route.segments.map((segment) => segmentText(route, segment, named)).join('')}`;
  if (path.split('/').some((part) => part === '.' || part === '..')) {
    throw new ReverseError(`reverse('${name}'): "." and ".." as a whole segment cannot be addressed by a URL`);
  }
  return encoded(route, path) + queryText(options.query);
}

function byPlace(route: Route, values: readonly (string | number)[]): NamedParams {
  const names = route.segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.name]));
  if (names.length === values.length) return Object.fromEntries(names.map((name, index) => [name, values[index] as string | number]));
  throw new ReverseError(`reverse('${route.name}'): "${route.pattern}" has ${names.length} parameters, not ${values.length}`);
}

function segmentText(route: Route, segment: Segment, params: NamedParams): string {
  if (typeof segment === 'string') return segment;
  const { name, converter } = segment;
  if (!Object.hasOwn(params, name)) throw new ReverseError(`reverse('${route.name}'): the parameter '${name}' is missing`);
  const text = String(params[name]);
  const fits = text !== '' && converter.longestEnd(text, 0) === text.length && converter.toValue(text) !== undefined;
  if (!fits || text.includes('\0')) {
    throw new ReverseError(
      `reverse('${route.name}'): the parameter '${name}' is ${JSON.stringify(text.slice(0, 80))}, which <${converter.name}:${name}> does not match`,
    );
  }
  return text;
}

/** Templates call with named arguments, which nunjucks marks with "__keywords". */
function checkNames(route: Route, params: NamedParams): void {
  for (const name of Object.keys(params)) {
    const known = route.segments.some((segment) => typeof segment !== 'string' && segment.name === name);
    if (!known && name !== '__keywords') {
      throw new ReverseError(`reverse('${route.name}'): "${route.pattern}" has no parameter '${name}'`);
    }
  }
}

function encoded(route: Route, path: string): string {
  try {
    // "//host" would name another host (RFC 3986 4.2).
    return encodePath(path).replace(/^\/\//, '/%2F');
  } catch (cause) {
    throw new ReverseError(`reverse('${route.name}'): a parameter holds half a surrogate pair`, { cause });
  }
}

function queryText(query: ReverseOptions['query'] = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue];
    for (const item of values) pairs.append(name, String(item));
  }
  return pairs.size === 0 ? '' : `?${pairs.toString()}`;
}

/** "; did you mean 'blog:post'?", or what names there are. */
export function nameSuggestion(urlconf: Urlconf, name: string): string {
  const last = name.split(':').at(-1);
  const near = [...urlconf.byName.keys()].filter((known) => known.split(':').at(-1) === last || known.toLowerCase() === name.toLowerCase());
  const typo = near.length > 0 ? undefined : suggest(name, [...urlconf.byName.keys()]);
  if (typo !== undefined) near.push(typo);
  if (near.length > 0) return `; did you mean '${near.join("' or '")}'?`;
  const all = [...urlconf.byName.keys()].slice(0, 20).join(', ');
  return all === '' ? '; no route has one' : `; there are: ${all}`;
}
