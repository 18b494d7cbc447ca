/**
 * Request: what views and middlewares see. A thin, lazy face of the gateway's request: what nobody reads is never decoded,
 * parsed or allocated. Belongs to the thread that runs the application.
 *
 * DESIGN: the pipeline needs three things of a request that applications should not touch (its gateway request, its match
 * and its services). They are private fields behind functions that this module exports to the pipeline and index.ts does not
 * re-export: gatewayOf, matchOf and assignMatch.
 */
import type { GatewayRequest, GatheredPage } from '../gateway/contract.ts';
import { decodeJsonText, decodeText, parseForm, refuseCodings, requireForm } from './content.ts';
import { parseCookies } from './cookies.ts';
import { parseJson } from './json-content.ts';
import { QueryParams } from './query-params.ts';
import { RequestHeaders } from './request-headers.ts';
import { parsedUrl } from './request-url.ts';

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

export interface ResolverMatch extends MatchedRoute {
  readonly params: RouteParams;
}

/** What middlewares hand on to later layers. Augment it with the names that your middlewares set. */
export interface RequestState {
  [name: string]: unknown;
}

/** What an application lends to its requests. */
export interface RequestServices {
  /** Finds the route and assigns it; leaves the request as it is when there is none. Never throws. */
  locate(request: Request): void;
  /** Context processors and template. */
  renderTemplate(request: Request, template: string, context: object): string | GatheredPage | Promise<string | GatheredPage>;
}

const NO_PARAMS: RouteParams = Object.freeze({});

/** The gateway's side of a request. */
export let gatewayOf: (request: Request) => GatewayRequest;
/** The services of the application that runs a request; null when it was made outside of one. */
export let servicesOf: (request: Request) => RequestServices | null;
/** The route that was assigned, null before. */
export let matchOf: (request: Request) => MatchedRoute | null;
/** Sets route and parameters. */
export let assignMatch: (request: Request, route: MatchedRoute, params: RouteParams) => void;

export class Request {
  readonly #gateway: GatewayRequest;
  readonly #services: RequestServices | null;
  #route: MatchedRoute | null = null;
  #params: RouteParams | null = null;
  #headers: RequestHeaders | null = null;
  #query: QueryParams | null = null;
  #cookies: ReadonlyMap<string, string> | null = null;
  #url: URL | null = null;
  #content: Promise<Uint8Array> | null = null;
  #state: RequestState | null = null;

  static {
    gatewayOf = (request) => request.#gateway;
    servicesOf = (request) => request.#services;
    matchOf = (request) => request.#route;
    assignMatch = (request, route, params) => {
      request.#route = route;
      request.#params = params;
    };
  }

  constructor(gateway: GatewayRequest, services: RequestServices | null = null) {
    this.#gateway = gateway;
    this.#services = services;
  }

  /** Method token as sent, case-sensitive. */
  get method(): string {
    return this.#gateway.method;
  }

  /** The request-target as sent. */
  get target(): string {
    return this.#gateway.target;
  }

  /** Decoded path without dot segments. */
  get path(): string {
    return this.#gateway.path;
  }

  /** The part behind "?" as sent, "" without one. */
  get queryString(): string {
    return this.#gateway.query;
  }

  get scheme(): 'http' | 'https' {
    return this.#gateway.scheme;
  }

  /** Authority of the request ("example.org:8080"), "" when an HTTP/1.0 client sent none. Chosen by the client. */
  get host(): string {
    return this.#gateway.authority;
  }

  /** Address of the peer, "" for unix sockets. */
  get remoteAddress(): string {
    return this.#gateway.remoteAddress;
  }

  /** Aborts when the client goes away or the request's time is over. */
  get signal(): AbortSignal {
    return this.#gateway.signal;
  }

  /** The absolute URL of the request. Made when first read; BadRequest when the host is none that a URL can have. */
  get url(): URL {
    return (this.#url ??= parsedUrl(this.#gateway));
  }

  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this.#gateway));
  }

  /** The query string, parsed. Never fails: broken escapes are kept or become U+FFFD. Its size is bounded by the target's. */
  get query(): QueryParams {
    return (this.#query ??= QueryParams.parse(this.#gateway.query, Infinity) as QueryParams);
  }

  get cookies(): ReadonlyMap<string, string> {
    return (this.#cookies ??= parseCookies(this.#gateway.field('cookie')));
  }

  /** A bag for middlewares. Made when first read. */
  get state(): RequestState {
    return (this.#state ??= {});
  }

  /** Path parameters, converted; empty when no route matches. */
  get params(): RouteParams {
    if (this.#params === null) this.#services?.locate(this);
    return this.#params ?? NO_PARAMS;
  }

  /** The route that matched, null when none did. */
  get resolverMatch(): ResolverMatch | null {
    const params = this.params;
    const route = this.#route;
    return route === null ? null : { name: route.name, pattern: route.pattern, namespaces: route.namespaces, params };
  }

  /** The content in pieces as they arrive. Read it in one way only: this, or the methods below. */
  get body(): AsyncIterable<Uint8Array> {
    return this.#gateway.body;
  }

  /** All content. May be called again and beside text(), json() and form(). */
  bytes(): Promise<Uint8Array> {
    return (this.#content ??= this.#gateway.body.bytes());
  }

  /** All content as text in its charset. UnsupportedMediaType for compressed content or an unknown charset. */
  async text(): Promise<string> {
    refuseCodings(this.#gateway);
    return decodeText(this.#gateway, await this.bytes());
  }

  /** All content as JSON. BadRequest with the position of the mistake when it is none. */
  async json<Value = unknown>(): Promise<Value> {
    refuseCodings(this.#gateway);
    return parseJson(decodeJsonText(await this.bytes())) as Value;
  }

  /** The fields of a url-encoded form. UnsupportedMediaType for any other content, BadRequest for more than 1000 fields. */
  async form(): Promise<QueryParams> {
    refuseCodings(this.#gateway);
    requireForm(this.#gateway);
    return parseForm(new TextDecoder('utf-8').decode(await this.bytes()));
  }
}
