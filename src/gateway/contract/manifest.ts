/** What the front knows of an application's URLconf. Native twin: native/addon/convert.h and those beside it. */

/** What the front must know of an application's URLconf; plain data that crosses threads. The index in routes is the route id. */
export interface RouteManifest {
  routes: RouteEntry[];
  /** Redirect a miss to path + "/" when that matches. */
  appendSlash: boolean;
  /** Who answers a path that nothing matches: the front (constant 404) or the application (its own page). */
  unmatched: 'native' | 'application';
  /** What the front does where it answers in the application's place. Absent: nothing. */
  front?: FrontDuties;
}

/**
 * What middlewares would do with files, redirects, errors and stored pages, which the front answers in the application's place. Native
 * twin: native/server/gate/front_duties.h.
 */
export interface FrontDuties {
  /** name, value, name, value...: on every answer that has no field of that name. */
  fields: string[];
  /** The same, over HTTPS only. */
  secureFields: string[];
  /** Lists of hosts, "example.org" or "*.example.org": a request's must fit one of each, else it is 421. */
  hosts: string[][];
  /** Hosts with or without "www." are redirected to the other. "": both are right. */
  www: 'add' | 'remove' | '';
  /** Lower-case name of the field that has the request's id; "": none. */
  requestId: string;
  /** An id that the client sends in that field is taken. */
  trustsRequestId: boolean;
}

export interface RouteEntry {
  /** Django's path() language without leading slash, includes joined: "blog/<int:year>/". For opaque: the literal prefix. */
  pattern: string;
  /** "example.org" or "*.example.org" in lower case; absent: any. */
  host?: string;
  /** Decided in JavaScript (regular expressions, custom converters). */
  opaque: boolean;
  /** Allowed methods, upper-case; null: any. */
  methods: string[] | null;
  /** The front may store answers that say so. Absent: it stores none. */
  cache?: ViewCache;
  /** Full name with namespaces ("blog:post"), null when unnamed. */
  name: string | null;
  /** Limits that the front judges before a request goes to a worker, the outermost first. Absent: none. Not for opaque routes. */
  rates?: RouteRate[];
  /** For people: function or class name and module if known. */
  view: string;
  /** Absent: as the server is set. Not for opaque routes, which the front does not know. */
  policy?: RoutePolicy;
  /** Added by the server itself, as `fastserve dev` does: people are not told of it. Absent: the application's. */
  own?: true;
}

/** What a route asks of the front; what is absent is as the server is set. Times in milliseconds, 0 for none. */
export interface RoutePolicy {
  /** From the hand-over to a worker until 504; a worker that stands still then is replaced. */
  timeout?: number;
  /** From the hand-over until request.signal aborts with a TimeoutError. */
  softTimeout?: number;
  /** A worker that this route keeps busy for so long is reported; 0: not. */
  slow?: number;
  /** "safe": where its method is safe and its worker died with it, another one gets it, once. */
  replay?: 'safe' | 'never';
  /** Whose workers get it; absent: those of "default". */
  pool?: string;
  /** Most of its requests that may be under way at once, over all I/O threads. */
  concurrency?: number;
  /** Where there are as many: "queue" (when absent) lets more wait, "reject" gives them 503. */
  onFull?: 'queue' | 'reject';
}

/** So many requests in a time (native/server/gate/route_rates.h). */
export interface RouteRate {
  /** Limits of one name count together. */
  name: string;
  /** What stands in the fields of refusals: printable ASCII without quotation marks and backslashes. */
  label: string;
  /** Who is counted together: a text with variables; who has an empty one is not counted. "" when the front cannot tell. */
  key: string;
  /** Empty: all count. */
  methods: string[];
  /** Requests at once; one more each `windowMs / limit`. */
  limit: number;
  windowMs: number;
}

/** How long a stored answer may be used beyond its time, in seconds, where it does not say so itself (RFC 5861). */
export interface ViewCache {
  staleWhileRevalidate: number;
  staleIfError: number;
}
