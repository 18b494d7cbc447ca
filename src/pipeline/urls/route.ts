/**
 * One route of the flattened URLconf: everything that a request or reverse() needs, computed once. Immutable after load.
 */
import type { GatewayRequest, RoutePolicy, RouteRate } from '../../gateway/contract.ts';
import { hostMatcher } from '../../http/hosts.ts';
import type { MatchedRoute, RouteParams } from '../../http/request/route-match.ts';
import type { View } from '../views/index.ts';
import { matchPath, type Tail } from './match-path.ts';
import type { Method } from './path.ts';
import { checkParameters, type Parameter, parametersOf, type Segment } from './pattern.ts';

const NO_PARAMS: RouteParams = Object.freeze({});

export interface RouteDescription {
  /** Its place in the URLconf. */
  id: number;
  /** Joined pattern without leading slash; a rePath() contributes its source. */
  pattern: string;
  segments: readonly Segment[];
  /** The expression of a rePath(), null otherwise. */
  expression: RegExp | null;
  /** Name without namespaces, null when unnamed. */
  name: string | null;
  namespaces: readonly string[];
  /** In lower case; null: any. */
  host: string | null;
  methods: readonly Method[] | null;
  view: View;
  policy: RoutePolicy | undefined;
  rates: readonly RouteRate[];
}

export class Route implements MatchedRoute {
  /** What the front calls it. */
  readonly id: number;
  readonly pattern: string;
  readonly segments: readonly Segment[];
  readonly name: string | null;
  readonly namespaces: readonly string[];
  /** Upper-case, HEAD beside GET; null: any. */
  readonly methods: ReadonlySet<string> | null;
  /** Whose requests it is for: a pattern in lower case, null for any. */
  readonly host: string | null;
  readonly view: View;
  /** What the front does for it. */
  readonly policy: RoutePolicy | undefined;
  /** Limits that the front judges. */
  readonly rates: readonly RouteRate[];
  /** "view 'x' (route 'y')": begins the messages about what the view returned. */
  readonly description: string;
  readonly #expression: RegExp | null;
  readonly #fitsHost: ((name: string) => boolean) | null;
  readonly #parameters: readonly Parameter[];

  /** UrlconfError when parameters of joined patterns share a name. */
  constructor(description: RouteDescription) {
    const { id, pattern, segments, expression, name, namespaces, host, methods, view, policy, rates } = description;
    this.id = id;
    this.pattern = pattern;
    this.segments = segments;
    this.name = name === null ? null : [...namespaces, name].join(':');
    this.namespaces = namespaces;
    this.methods = methods === null ? null : new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods);
    this.host = host;
    this.#fitsHost = host === null ? null : hostMatcher([host]);
    this.view = view;
    this.policy = policy;
    this.rates = rates;
    this.description = `view '${view.name || 'anonymous'}' (route ${this.name === null ? `"${pattern}"` : `'${this.name}'`})`;
    this.#expression = expression;
    this.#parameters = parametersOf(segments);
    checkParameters(pattern, [...this.#parameters, ...groupNames(expression)]);
  }

  /** Whether only JavaScript can match this route. */
  get opaque(): boolean {
    return this.#expression !== null;
  }

  /** `name`: a host as hostName() gives it. */
  serves(name: string): boolean {
    return this.#fitsHost === null || this.#fitsHost(name);
  }

  allows(method: string): boolean {
    return this.methods === null || this.methods.has(method);
  }

  /** Parameters when the path (without leading slash) matches, undefined otherwise. */
  match(path: string): RouteParams | undefined {
    const found = matchPath(this.segments, path, this.#expression === null ? undefined : tailOf(this.#expression));
    if (found === undefined) return undefined;
    const params = this.#convert((index) => found.captures[index] as string);
    return params === undefined || this.#expression === null ? params : { ...found.groups, ...params };
  }

  /** Parameters of a request that the front matched to this route; undefined when one has no value in JavaScript. */
  paramsOf(request: GatewayRequest): RouteParams | undefined {
    return this.#parameters.length === 0 ? NO_PARAMS : this.#convert((index) => request.param(index));
  }

  #convert(textAt: (index: number) => string): RouteParams | undefined {
    const params: Record<string, string | number> = {};
    for (let i = 0; i < this.#parameters.length; i++) {
      const { name, converter } = this.#parameters[i] as Parameter;
      const value = converter.toValue(textAt(i));
      if (value === undefined) return undefined;
      params[name] = value;
    }
    return params;
  }
}

/** Matches the rest of a path with a sticky expression; groups that took no part are left out. */
function tailOf(expression: RegExp): Tail {
  return (rest) => {
    expression.lastIndex = 0;
    const found = expression.exec(rest);
    if (found === null) return undefined;
    const groups: Record<string, string> = {};
    for (const [name, value] of Object.entries(found.groups ?? {}) as [string, string | undefined][]) {
      if (value !== undefined) groups[name] = value;
    }
    return groups;
  };
}

/** Every expression matches "" once an empty alternative is added, and a match lists all its groups. */
function groupNames(expression: RegExp | null): { name: string }[] {
  if (expression === null) return [];
  const found = new RegExp(`${expression.source}|`, expression.flags).exec('');
  return Object.keys(found?.groups ?? {}).map((name) => ({ name }));
}
