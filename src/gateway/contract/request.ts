/** A request as an application gets it, and its content. */

import type { FlatFields } from './head.ts';

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
  /** The content was framed in chunks (RFC 9112 7.1), which rawFields() does not tell; even where there was none in them. Absent: no. */
  readonly chunked?: boolean;
  /** The content. */
  readonly body: GatewayBody;
  /**
   * Aborts when the client goes away (AbortError), or when the request's time is short or over (TimeoutError). Made when first
   * read.
   */
  readonly signal: AbortSignal;
  /**
   * 103 Early Hints (RFC 8297) with these fields, Link above all: sent at once, before the answer. Does nothing once the request is answered or
   * its client gone, and for HTTP/1.0. Throws TypeError as respond does for fields, RangeError beyond 16 calls. Absent where there is no client.
   */
  sendHints?(fields: FlatFields): void;
  /** Sends 100 Continue now where the client waits for it, instead of when the content is read. Absent where there is no client. */
  sendContinue?(): void;
  /** The answer that follows is the last of its connection, and says so (Connection: close). Absent where there is no client. */
  closeConnection?(): void;
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
