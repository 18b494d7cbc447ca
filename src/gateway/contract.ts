/**
 * The contract between the server and an application, in types. docs/spec/gateway.md is the same in prose.
 *
 * The server calls the application once for each request and hands it a callback; the application answers through the
 * callback exactly once, now or later. Everything else (fetch handlers, Node listeners, the pipeline) is built on this.
 */
import type { ResponseBody } from './contract/body.ts';
import type { ApplicationEnvironment } from './contract/environment.ts';
import type { FlatFields, Head } from './contract/head.ts';
import type { RouteManifest } from './contract/manifest.ts';
import type { GatewayRequest } from './contract/request.ts';

export * from './contract/request.ts';
export { defineHead, type FlatFields, Head } from './contract/head.ts';
export * from './contract/body.ts';
export type * from './contract/manifest.ts';
export type * from './contract/environment.ts';

/** The raw form. A throw or rejection before `respond` was called is answered with 500 and logged. */
export type RawApplication = (request: GatewayRequest, respond: Respond) => void | Promise<void>;

/**
 * Answers the request. A second call throws AlreadyAnsweredError. Throws TypeError for a status outside 200..599 or a field
 * that would break the message (CR, LF, NUL, a name that is no token). The body of a HEAD, 204, 205 or 304 answer is not sent.
 */
export type Respond = (status: number, fields: FlatFields | Head, body: ResponseBody) => void;

/** An application in the form that the gateway runs, with what the front must know about it. */
export interface GatewayApplication {
  readonly kind: 'pipeline' | 'fetch' | 'node' | 'raw';
  readonly handle: RawApplication;
  /** null: no URLconf, every path goes to handle with ROUTE_UNMATCHED. */
  readonly manifest: RouteManifest | null;
  /** Runs once before the first request (templates compiled, start hooks). Rejection fails the start. */
  start?(environment?: ApplicationEnvironment): Promise<void>;
  /**
   * Looks at what start() would read, for `fastserve check`. Rejects with what would fail the start, and gives a sentence for each thing that is
   * right, but perhaps not meant.
   */
  check?(): Promise<readonly string[]>;
  /** Runs once after the last request. */
  stop?(): Promise<void>;
}
