/**
 * The contract between the server and an application, in types. docs/spec/gateway.md is the same in prose.
 *
 * The server calls the application once for each request and hands it a callback; the application answers through the
 * callback exactly once, now or later. Everything else (fetch handlers, Node listeners, the pipeline) is built on this.
 */

import type { FlatFields, Head } from './head.ts';

/** The raw form. A throw or rejection before `respond` was called is answered with 500 and logged. */
export type RawApplication = (request: GatewayRequest, respond: Respond) => void | Promise<void>;

/** The route of a request whose path nothing in the URLconf matches (or whose application has no URLconf). */
export const ROUTE_UNMATCHED = -1;
/** The front could not decide (an opaque pattern, or no native front as under inject()): the pipeline resolves the path. */
export const ROUTE_UNRESOLVED = -2;

/**
 * One request. Decoded lazily: what nobody reads never becomes a string. Valid until it is answered in one piece and its handler
 * is over, its promise included; answered by a stream, for as long as it is referenced. Belongs to the thread that got it; cannot be posted to another.
 */
export interface GatewayRequest {
  /** Method token as sent, case-sensitive (RFC 9110 9.1). */
  readonly method: string;
  /** The request-target as sent, not decoded (RFC 9112 3.2). */
  readonly target: string;
  /** Percent-decoded path without dot segments, begins with "/" ("*" for the asterisk form). UTF-8; broken sequences become U+FFFD. */
  readonly path: string;
  /** The part behind "?" as sent; "" when there is none. */
  readonly query: string;
  readonly httpVersion: '1.0' | '1.1';
  readonly scheme: 'http' | 'https';
  /** Authority of the target or value of Host; "" when HTTP/1.0 sent none. Syntax is already checked. */
  readonly authority: string;
  /** Peer address as text, "" for unix sockets. */
  readonly remoteAddress: string;
  /** Peer port, 0 for unix sockets. */
  readonly remotePort: number;
  /** Index in the route manifest, ROUTE_UNMATCHED or ROUTE_UNRESOLVED. */
  readonly routeId: number;
  /** Count of captured path parameters (0 unless routeId >= 0). */
  readonly paramCount: number;
  /** Captured parameter by position, decoded, not converted. */
  param(index: number): string;
  /** Field value by lower-case name. Several lines are joined with ", " (Cookie: "; "). undefined when absent. */
  field(name: string): string | undefined;
  /** All field lines as sent: name, value, name, value... One char a byte (latin-1). */
  rawFields(): string[];
  /** The content. */
  readonly body: GatewayBody;
  /**
   * Aborts when the client goes away (AbortError), or when the request's time is short or over (TimeoutError). Made when first
   * read.
   */
  readonly signal: AbortSignal;
  /** Where a traced request notes what it spends its time on; null or absent for all others. */
  readonly phases?: Phases | null;
}

/** Times of a traced request, by performance.now(). */
export interface Phases {
  /** Something that is over. */
  add(kind: string, name: string, start: number, end: number): void;
  /** Begins a phase of the innermost layer, which is in one at a time: ends the one before. */
  enter(kind: string, name: string): void;
  /** Ends it. */
  leave(): void;
  /** What the application calls the request in traces of its own. */
  identify(traceId: string, spanId: string): void;
}

/** The request's content. Read it once: with bytes(), with consume(), or by iterating. */
export interface GatewayBody {
  /** Bytes to come: a number when known (0 without content), undefined for a chunked body that is still arriving. */
  readonly length: number | undefined;
  /** The whole content when it is already here (small bodies always are), else undefined. Does not consume it. */
  readonly available: Uint8Array | undefined;
  /** All content. Rejects with BodyAbortedError when the client goes away, BodyTooLargeError beyond `limit` bytes. */
  bytes(limit?: number): Promise<Uint8Array>;
  /**
   * Lends each piece as it arrives to `take`: its memory is the server's again when `take` returns, which nothing was copied for.
   * Resolves behind the last piece; rejects as bytes() does, and with what `take` throws.
   */
  consume(take: (piece: Uint8Array) => void): Promise<void>;
  /** Pieces as they arrive; not reading holds the client back. Rejects as bytes() does. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

export type { FlatFields } from './head.ts';

export { defineHead, Head } from './head.ts';

/**
 * Bytes that the server owns, for bodies that are sent often: made by `staticBody(bytes)`, sent without a copy from any
 * thread. Opaque.
 */
export interface StaticBody {
  readonly byteLength: number;
  readonly nativeId: number;
}

/** The literals of a set of templates, in native memory: made by definePageTable(). Opaque. */
export interface PageTable {
  readonly nativeId: number;
}

/**
 * A page as a compiled template gathers it: its values, and between them the numbers of its literals, in the form of
 * native/template/payload.h. The server escapes the values and puts the literals in while it writes the answer.
 */
export class GatheredPage {
  readonly table: PageTable;
  /** How many tokens the template wrote: a payload with another number has ESC in a value and is refused. */
  readonly tokens: number;
  /** Renders the same page with ESC in values written as ESC_BYTE tokens: asked for when the page is refused. null: it is that page. */
  readonly strict: (() => GatheredPage) | null;
  /** Answer a 200 to GET or HEAD with a weak entity-tag, and with 304 when the client has the page. */
  readonly etag: boolean;
  readonly #payload: string | Uint8Array;

  constructor(
    table: PageTable,
    payload: string | Uint8Array,
    tokens: number,
    strict: (() => GatheredPage) | null = null,
    etag = false,
  ) {
    this.table = table;
    this.#payload = payload;
    this.tokens = tokens;
    this.strict = strict;
    this.etag = etag;
  }

  /** Text, or its UTF-8, which nobody changes any more. Ends with a token. null when it is gone: strict() makes the page again. */
  get payload(): string | Uint8Array | null {
    return this.#payload;
  }

  /** The payload where it is now: it may be another page's when another one is gathered. */
  get source(): string | Uint8Array | null {
    return this.payload;
  }

  /** How many bytes of `source` are the payload; undefined: all. */
  get sourceBytes(): number | undefined {
    return undefined;
  }

  /** The page was answered with: its payload may go. */
  sent(): void {}
}

/** One piece of a streamed body. */
export type BodyPiece = string | Uint8Array | GatheredPage;

/**
 * A response body. Text is sent as UTF-8. Bytes are copied before respond returns. An async iterable is streamed: its next
 * piece is asked for when the client has taken enough of the last ones; leaving early calls its return().
 */
export type ResponseBody = string | Uint8Array | StaticBody | GatheredPage | AsyncIterable<BodyPiece> | null;

/**
 * Answers the request. A second call throws AlreadyAnsweredError. Throws TypeError for a status outside 200..599 or a field
 * that would break the message (CR, LF, NUL, a name that is no token). The body of a HEAD, 204, 205 or 304 answer is not sent.
 */
export type Respond = (status: number, fields: FlatFields | Head, body: ResponseBody) => void;

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

/** What a purge names: one URL, all that begin like it, or what carries a tag. A path is that of any host. */
export type PurgeKind = 'url' | 'prefix' | 'tag' | 'all';

/** An application in the form that the gateway runs, with what the front must know about it. */
export interface GatewayApplication {
  readonly kind: 'pipeline' | 'fetch' | 'node' | 'raw';
  readonly handle: RawApplication;
  /** null: no URLconf, every path goes to handle with ROUTE_UNMATCHED. */
  readonly manifest: RouteManifest | null;
  /** Runs once before the first request (templates compiled, start hooks). Rejection fails the start. */
  start?(environment?: ApplicationEnvironment): Promise<void>;
  /** Runs once after the last request. */
  stop?(): Promise<void>;
}

/** What whoever runs an application (a worker, the inline runner, inject) lends to it. Plain functions on the same thread. */
export interface ApplicationEnvironment {
  /** Development: 500 answers carry the stack, undefined names in templates are errors. */
  readonly debug: boolean;
  /** Called once for each error that the application itself answers with a 5xx, before the answer. Must not throw. */
  onError(error: Error, request: GatewayRequest): void;
  /** Called before each rendering of a template with its full context. For tests. Must not throw. */
  onRender?(template: string, context: object, request: GatewayRequest): void;
  /** Development: hears of each layer that a request enters. Must not throw. An application asks for it once, when it starts. */
  readonly watch?: WatchPipeline;
  /** The static directories of the server; names that say no directory are of the first one. Default: "/static/", not built. */
  readonly staticDirectories?: readonly StaticDirectory[];
  /** What all workers of the server share. Default: a memory of this thread alone. */
  readonly sharedMemory?: SharedMemory;
  /** Forgets stored answers of the server, on all its threads at once; returns how many. Default: there are none. */
  purge?(kind: PurgeKind, text: string): number;
  /**
   * Counts a request of `key` among those of `name`, over all threads of the server and with what the front counts by the routes'
   * rates: 0 when it may pass, else the milliseconds until one may. Default: a thread counts by itself.
   */
  takeRate?(name: string, key: string, limit: number, windowMs: number): number;
}

/** The layers of a pipeline that can be watched. */
export type PipelineLayer = 'middleware' | 'view' | 'context' | 'template';

/** Called when a request enters a layer; what it gives is called once when it leaves, with the outcome in words, "" for none. */
export type WatchPipeline = (request: GatewayRequest, layer: PipelineLayer, name: string) => (outcome: string) => void;

/**
 * Text by key that all workers of a server share. It lives in the main thread: a worker that dies takes nothing along, and the
 * end of the server ends it. Each operation is atomic and happens before its promise resolves. Keys are in spaces, so that one
 * use of it cannot drive out another; within a space what was unused longest makes room.
 */
export interface SharedMemory {
  get(space: string, key: string): Promise<string | undefined>;
  /**
   * `expiresAt`: milliseconds since 1970. `only` stores where the key is there, or where it is not. Resolves to whether it was
   * stored.
   */
  set(space: string, key: string, value: string, expiresAt: number, only?: 'present' | 'absent'): Promise<boolean>;
  delete(space: string, key: string): Promise<void>;
  /** Counts one more. A count begins with 0 and is forgotten `windowMs` after its first. */
  count(space: string, key: string, windowMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  readonly count: number;
  /** When it is forgotten, in milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * A directory of static files as an application sees it: what staticUrl() looks names up in. Plain data that crosses threads.
 */
export interface StaticDirectory {
  /** Where its files appear; begins and ends with "/". */
  readonly prefix: string;
  /** What `fastserve build` made, by the file's name below the directory; null: the files have their own names. */
  readonly built: ReadonlyMap<string, BuiltFile> | null;
}

export interface BuiltFile {
  /** Name below the directory that changes with the content: "css/site.3f9a1c2b0d4e.css". */
  readonly name: string;
  /** "sha384-...", as the integrity attribute has it (Subresource Integrity 3.2). */
  readonly integrity: string;
}
