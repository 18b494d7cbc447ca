/**
 * The functions that a URLconf is written with: path(), rePath(), include(). They check what they are given at once, so that
 * the stack of an error points at the line with the mistake.
 */
import type { RoutePolicy } from '../../gateway/contract.ts';
import { isHostPattern } from '../../http/hosts.ts';
import type { View } from '../views/index.ts';
import type { PathParams } from './params.ts';
import { parsePattern, type Segment } from './pattern.ts';
import { checkPolicy, checkPoolName, POLICY_OPTIONS, policyOf } from './policy.ts';
import { UrlconfError } from './urlconf-error.ts';

/** Methods that a route may name; the front tells no others apart. In the order of Allow. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'] as const;
/** A method that a route can be limited to, upper-case. */
export type Method = (typeof METHODS)[number];

/** What path() and rePath() take beside pattern and view. */
export interface RouteOptions {
  /** For reverse(); unique within its namespace. */
  name?: string;
  /** Only for requests to this host: "shop.example.org", or "*.example.org" for all names below it; elsewhere the route is not there. Absent: any. */
  host?: string;
  /** The methods that the view takes (GET brings HEAD along); others get 405. Absent: any. */
  methods?: readonly Method[];
  /**
   * From the hand-over to a worker until the client gets 504; a worker that stands still then is replaced. Milliseconds or
   * text such as "5s", 0 for no limit. Absent: timeouts.request. Not for rePath().
   */
  timeout?: number | string;
  /** From the hand-over until request.signal aborts with a TimeoutError. Absent: timeouts.requestSoft. Not for rePath(). */
  softTimeout?: number | string;
  /** How long the view may keep its worker busy before it is reported with its stack. Absent: timeouts.slow. Not for rePath(). */
  slow?: number | string;
  /**
   * "safe": a GET, HEAD or OPTIONS request whose worker died with it is given to another one, once, instead of 502. Absent:
   * replay of the configuration. Not for rePath().
   */
  replay?: 'safe' | 'never';
  /** Whose workers run the view: one of the `pools` of the configuration. Absent: that of runInPool() or of the include, else "default". Not for rePath(). */
  pool?: string;
  /**
   * Most requests of this route that may be under way at once, over all workers: from the hand-over until the answer is sent, or its
   * client has left. Absent: any number. Not for rePath().
   */
  concurrency?: number;
  /** What becomes of more: "queue" lets them wait as for a worker, "reject" answers 503 at once. Absent: "queue". */
  onFull?: 'queue' | 'reject';
}

/** One line of a URLconf. Made by path() and rePath(). */
export class UrlPattern {
  /** As written; for rePath() the source of the expression. */
  readonly source: string;
  /** The parsed pattern; the expression of a rePath(). */
  readonly matcher: readonly Segment[] | RegExp;
  readonly target: View | Include;
  readonly name: string | null;
  readonly methods: readonly Method[] | null;
  /** In lower case; null: any. */
  readonly host: string | null;
  /** What the front does for it; undefined when it asks for nothing. */
  readonly policy: RoutePolicy | undefined;

  constructor(source: string, matcher: readonly Segment[] | RegExp, target: View | Include, options: RouteOptions) {
    this.source = source;
    this.matcher = matcher;
    this.target = target;
    this.name = options.name ?? null;
    this.methods = options.methods ?? null;
    this.host = options.host?.toLowerCase() ?? null;
    this.policy = policyOf(options);
  }
}

/** A URLconf inside another one. Made by include(). */
export class Include {
  readonly patterns: readonly UrlPattern[];
  readonly namespace: string | null;
  /** Of routes that name none. */
  readonly pool: string | null;
  /** Of all routes; null: any. */
  readonly host: string | null;

  constructor(patterns: readonly UrlPattern[], namespace: string | null, pool: string | null, host: string | null) {
    this.patterns = patterns;
    this.namespace = namespace;
    this.pool = pool;
    this.host = host;
  }
}

/**
 * A route in Django's language: path('blog/<int:year>/', view, { name: 'year' }), or a prefix for others:
 * path('blog/', include(blogUrls)). The types of the view's parameters come from the pattern. UrlconfError for mistakes.
 */
export function path<const Pattern extends string>(
  pattern: Pattern,
  target: View<PathParams<Pattern>> | Include,
  options: RouteOptions = {},
): UrlPattern {
  const call = `path(${JSON.stringify(pattern)})`;
  if (typeof pattern !== 'string') throw new UrlconfError(`path(): the pattern is of type ${typeof pattern}; expected a string`);
  const segments = parsePattern(pattern);
  checkTarget(call, target);
  if (target instanceof Include && Object.keys(options).length > 0) {
    throw new UrlconfError(`${call}: an include takes no options; give name and methods to the routes inside it`);
  }
  checkOptions(call, options);
  return new UrlPattern(pattern, segments, target as View | Include, options);
}

/**
 * A route as a regular expression over the rest of the path (without leading slash), from its first character on; end it
 * with "$" to match all of it. Named groups become parameters, as strings. Decided in JavaScript, so use path() where it will do.
 */
export function rePath(expression: RegExp, view: View, options: RouteOptions = {}): UrlPattern {
  if (!(expression instanceof RegExp)) throw new UrlconfError(`rePath(): the first argument is ${typeof expression}; expected a RegExp`);
  const call = `rePath(${String(expression)})`;
  if (typeof view !== 'function') throw new UrlconfError(`${call}: the view is ${kindOf(view)}; expected a function`);
  if (/[gy]/.test(expression.flags)) {
    throw new UrlconfError(`${call}: the flags g and y keep a position between requests; remove them`);
  }
  checkOptions(call, options);
  const limited = POLICY_OPTIONS.find((option) => options[option] !== undefined);
  if (limited !== undefined) {
    throw new UrlconfError(`${call}: ${limited} is kept by the front, which cannot decide expressions; use path()`);
  }
  return new UrlPattern(expression.source, new RegExp(expression.source, `${expression.flags}y`), view, options);
}

/**
 * A list of routes for use behind a prefix. With a namespace their names are "namespace:name"; `pool` is for those that name none; `host`: all of
 * them are for requests to this host only.
 */
export function include(patterns: readonly UrlPattern[], options: { namespace?: string; pool?: string; host?: string } = {}): Include {
  const namespace = options.namespace ?? null;
  for (const key of Object.keys(options)) {
    if (!INCLUDE_OPTIONS.includes(key)) throw new UrlconfError(`include(): unknown option '${key}'; expected ${INCLUDE_OPTIONS.join(', ')}`);
  }
  if (namespace !== null && (namespace === '' || namespace.includes(':'))) {
    throw new UrlconfError(`include(): the namespace ${JSON.stringify(namespace)} must be neither empty nor hold ":"`);
  }
  checkPatterns('include()', patterns);
  checkPoolName('include()', options.pool);
  checkHost('include()', options.host);
  return new Include(patterns, namespace, options.pool ?? null, options.host?.toLowerCase() ?? null);
}

/** UrlconfError unless everything in the list was made by path() or rePath(). */
export function checkPatterns(call: string, patterns: readonly unknown[]): asserts patterns is readonly UrlPattern[] {
  if (!Array.isArray(patterns)) throw new UrlconfError(`${call}: the URLconf is ${kindOf(patterns)}; expected an array of path(...)`);
  patterns.forEach((entry, index) => {
    if (entry instanceof UrlPattern) return;
    throw new UrlconfError(`${call}: entry ${index} of the URLconf is ${kindOf(entry)}; expected path(...) or rePath(...)`);
  });
}

function checkTarget(call: string, target: unknown): void {
  if (typeof target === 'function' || target instanceof Include) return;
  const fix = Array.isArray(target) ? 'wrap the list in include(...)' : 'was the view imported by its right name?';
  throw new UrlconfError(`${call}: the view is ${kindOf(target)}; expected a function or include(...): ${fix}`);
}

const OPTIONS: readonly string[] = ['name', 'host', 'methods', ...POLICY_OPTIONS];
const INCLUDE_OPTIONS: readonly string[] = ['namespace', 'pool', 'host'];

function checkHost(call: string, host: unknown): void {
  if (host === undefined || (typeof host === 'string' && isHostPattern(host.toLowerCase()))) return;
  throw new UrlconfError(`${call}: host is ${JSON.stringify(host)}; expected "example.org", "*.example.org" or "[::1]", without port`);
}

function checkOptions(call: string, options: RouteOptions): void {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw new UrlconfError(`${call}: unknown option '${key}'; expected one of ${OPTIONS.join(', ')}`);
  }
  const { name, methods } = options;
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes(':'))) {
    throw new UrlconfError(`${call}: the name ${JSON.stringify(name)} must be a string, not empty, without ":"`);
  }
  checkHost(call, options.host);
  checkPolicy(call, options);
  if (methods === undefined) return;
  if (!Array.isArray(methods) || methods.length === 0) {
    throw new UrlconfError(`${call}: methods must be a list such as ['GET', 'POST']; leave it out to take any method`);
  }
  for (const method of methods as readonly string[]) {
    if ((METHODS as readonly string[]).includes(method)) continue;
    throw new UrlconfError(`${call}: unknown method ${JSON.stringify(method)}; expected ${METHODS.join(', ')}, or no methods for any`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
