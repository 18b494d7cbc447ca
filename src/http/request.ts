/**
 * Request: what views and middlewares see. A thin, lazy face of the gateway's request: what nobody reads is never decoded,
 * parsed or allocated. Belongs to the thread that runs the application.
 *
 * DESIGN: the pipeline needs three things of a request that applications should not touch (its gateway request, its match
 * and its services). They are private fields behind functions that this module exports to the pipeline and index.ts does not
 * re-export: gatewayOf, matchOf and assignMatch.
 */
import type { GatewayRequest } from '../gateway/contract.ts';
import type { Logger } from '../log/logger.ts';
import type { SigningKeys, TimestampSigner } from '../signing/index.ts';
import { parseAccept, qualityOf } from './request/accept.ts';
import { type ContentLimits, DEFAULT_LIMITS } from './content/limits.ts';
import { mediaTypeOf } from './content/interpret.ts';
import { findCookie, parseCookies, parseCookiesStrictly } from './cookies/parse.ts';
import type { Form } from './form.ts';
import { parseUrlEncoded } from './content/form-decoding.ts';
import { QueryParams } from './content/query-params.ts';
import { RequestContent } from './request/content.ts';
import { sendEarlyHints } from './request/early-hints.ts';
import { RequestHeaders } from './request/headers.ts';
import { loggerOf } from './request/log.ts';
import type { RequestServices } from './request/services.ts';
import { parsedUrl, pathAndQuery } from './request/url.ts';
import type { MatchedRoute, ResolverMatch, RouteParams } from './request/route-match.ts';
import { type TraceContext, traceContextOf } from './request/trace-context.ts';
import { cookieSalt, type SignedCookieOptions, signerWith, unsignCookie } from './cookies/signed.ts';

/** What middlewares hand on to later layers. Augment it with the names that your middlewares set. */
export interface RequestState {
  [name: string]: unknown;
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

/** A request as views and middlewares see it. Everything is decoded when it is first read; it belongs to the thread that got it. */
export class Request {
  readonly #gateway: GatewayRequest;
  readonly #services: RequestServices | null;
  #route: MatchedRoute | null = null;
  #params: RouteParams | null = null;
  #headers: RequestHeaders | null = null;
  #query: QueryParams | null = null;
  #cookies: ReadonlyMap<string, string> | null = null;
  /** null: not read. */
  #cookieField: string | null | undefined = null;
  #url: URL | null = null;
  #content: RequestContent | null = null;
  #state: RequestState | null = null;
  #trace: TraceContext | null = null;
  #log: Logger | null = null;

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

  /** Path and query as sent: what a link back to this page needs. */
  get fullPath(): string {
    return pathAndQuery(this.#gateway.target);
  }

  get httpVersion(): '1.0' | '1.1' {
    return this.#gateway.httpVersion;
  }

  get scheme(): 'http' | 'https' {
    return this.#gateway.scheme;
  }

  /** Whether the request came over TLS, to this server or to a proxy that is trusted. */
  get isSecure(): boolean {
    return this.#gateway.scheme === 'https';
  }

  /** Authority of the request ("example.org:8080"), "" when an HTTP/1.0 client sent none. Chosen by the client. */
  get host(): string {
    return this.#gateway.authority;
  }

  /** Address of the peer, "" for unix sockets. */
  get remoteAddress(): string {
    return this.#gateway.remoteAddress;
  }

  /** Port of the peer, 0 for unix sockets. */
  get remotePort(): number {
    return this.#gateway.remotePort;
  }

  /** Aborts when the client goes away or the request's time is over. */
  get signal(): AbortSignal {
    return this.#gateway.signal;
  }

  /** W3C trace context: what came with the request, and the fields to hand on: `fetch(url, { headers: request.trace.headers })`. */
  get trace(): TraceContext {
    return (this.#trace ??= traceContextOf(this.#gateway));
  }

  /** As `log`; its entries carry the request's id (of requestId()) and trace id. May be used when the request was answered. */
  get log(): Logger {
    return (this.#log ??= loggerOf(this));
  }

  /** The absolute URL of the request. Made when first read; BadRequest when the host is none that a URL can have. */
  get url(): URL {
    return (this.#url ??= parsedUrl(this.#gateway));
  }

  /** A reference ("/next/", "?page=2") as an absolute URL. BadRequest as `url`, TypeError for what is no reference. */
  absoluteUrl(reference = ''): string {
    const base = this.url;
    return new URL(reference, base).href;
  }

  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this.#gateway));
  }

  /**
   * The query string, parsed. BadRequest for an escape that is broken or not UTF-8, and for more pairs than the application
   * takes fields.
   */
  get query(): QueryParams {
    return (this.#query ??= this.#parseQuery());
  }

  /**
   * By name. Pairs that cannot be read are passed over, since other applications of the host set cookies too; where the application
   * has strictCookies they are a BadRequest.
   */
  get cookies(): ReadonlyMap<string, string> {
    const parse = this.#services?.strictCookies ? parseCookiesStrictly : parseCookies;
    return (this.#cookies ??= parse(this.#gateway.field('cookie')));
  }

  /** cookies.get(name), without reading the others: the way for those who want one or two. */
  cookie(name: string): string | undefined {
    if (this.#cookies !== null || this.#services?.strictCookies) return this.cookies.get(name);
    if (this.#cookieField === null) this.#cookieField = this.#gateway.field('cookie');
    return findCookie(this.#cookieField, name);
  }

  /**
   * The value of a cookie that setSignedCookie() made; undefined when there is none, it was forged, or it is older than maxAge
   * seconds. FastServeError (FS_APP) when the application has no secretKey.
   */
  signedCookie(name: string, options: SignedCookieOptions = {}): string | undefined {
    const signer = signerWith(this.#signingKeys, cookieSalt(name, options.salt ?? ''), `signedCookie('${name}')`);
    const signed = this.cookie(name);
    return signed === undefined ? undefined : unsignCookie(signer, signed, options.maxAge);
  }

  /** A signer with the application's secret key, for a purpose that `salt` names. FastServeError (FS_APP) without a secretKey. */
  signer(salt: string): TimestampSigner {
    return signerWith(this.#signingKeys, salt, `signer('${salt}')`);
  }

  /** Media type of the content, lower-case and without parameters; "" without one. BadRequest for a Content-Type that is none. */
  get contentType(): string {
    return mediaTypeOf(this.#gateway)?.name ?? '';
  }

  /**
   * Tells the client of what the page will need while the view still works: 103 Early Hints (RFC 8297) with these values of Link, such as
   * '</static/site.css>; rel=preload; as=style'. Sent at once; nothing for HTTP/1.0, or once the request is answered. TypeError for
   * what can be no field value, RangeError beyond 16 calls.
   */
  sendEarlyHints(links: string | readonly string[]): void {
    sendEarlyHints(this.#gateway, links);
  }

  /** Whether the client takes this media type ("application/json"), by Accept (RFC 9110 12.5.1). */
  accepts(mediaType: string): boolean {
    return qualityOf(parseAccept(this.#gateway.field('accept')), mediaType) > 0;
  }

  /** The one of these media types that the client wants most, the first of equal ones; undefined when it takes none. */
  preferredType<Type extends string>(mediaTypes: readonly Type[]): Type | undefined {
    const ranges = parseAccept(this.#gateway.field('accept'));
    const best = Math.max(...mediaTypes.map((type) => qualityOf(ranges, type)));
    return best > 0 ? mediaTypes.find((type) => qualityOf(ranges, type) === best) : undefined;
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

  /**
   * All content. May be called again and beside text(), json() and form(). PayloadTooLarge beyond memoryBytes, before anything
   * is read where the length is declared.
   */
  bytes(limits?: Partial<ContentLimits>): Promise<Uint8Array> {
    return this.#reader.bytes(limits);
  }

  /** All content as text in its charset. UnsupportedMediaType for compressed content or an unknown charset; else as bytes(). */
  text(limits?: Partial<ContentLimits>): Promise<string> {
    return this.#reader.text(limits);
  }

  /** All content as JSON. BadRequest with line and column of the mistake when it is none; else as text(). */
  json<Value = unknown>(limits?: Partial<ContentLimits>): Promise<Value> {
    return this.#reader.json(limits) as Promise<Value>;
  }

  /**
   * The fields and files of a form, url-encoded or multipart. May be called again; the limits of the first call count. Files go
   * to temporary files as they arrive, which are removed when the request has been answered. Rejects with
   * UnsupportedMediaType for any other content, BadRequest for a form that is malformed or has too many fields or files,
   * PayloadTooLarge beyond the other limits.
   */
  form(limits?: Partial<ContentLimits>): Promise<Form> {
    return this.#reader.form(limits);
  }

  get #reader(): RequestContent {
    const services = this.#services;
    return (this.#content ??= new RequestContent(this.#gateway, services?.contentLimits ?? DEFAULT_LIMITS, services?.uploadDirectory));
  }

  get #signingKeys(): SigningKeys | null {
    return this.#services?.signingKeys ?? null;
  }

  #parseQuery(): QueryParams {
    const { query } = this.#gateway;
    if (query === '') return new QueryParams();
    const { fieldCount } = this.#services?.contentLimits ?? DEFAULT_LIMITS;
    // The front bounds the target, and so every value.
    return new QueryParams(parseUrlEncoded(query, 'The query string', { fieldCount, fieldBytes: Infinity }));
  }
}
