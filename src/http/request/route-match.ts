/** What a request knows of the route that answers it. */

/** Path parameters by name, converted: int is a number, everything else a string. */
export type RouteParams = Readonly<Record<string, string | number>>;

/** What is known of a route when a request matched it. */
export interface MatchedRoute {
  /** Full name with namespaces ("blog:post"), null when unnamed. */
  readonly name: string | null;
  /** The pattern with its includes joined, without leading slash. */
  readonly pattern: string;
  /** Namespaces from the outermost in. */
  readonly namespaces: readonly string[];
}

/** The route that answers a request, with its parameters. */
export interface ResolverMatch extends MatchedRoute {
  readonly params: RouteParams;
}
