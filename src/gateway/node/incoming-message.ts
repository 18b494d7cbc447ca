/**
 * The request of a Node listener: node:http's own IncomingMessage, fed from the gateway. The application's thread.
 *
 * DESIGN. Frameworks put prototypes of their own under it (Express: Object.setPrototypeOf(req, app.request)), which end in
 * http.IncomingMessage.prototype. So it must be a true one, and what differs must be its own properties: `_read` here.
 * docs/adr/0017 says more.
 */
import { IncomingMessage as NodeMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { GatewayBody } from '../contract.ts';
import { RequestExpiredError } from '../errors.ts';
import type { Exchange } from './exchange.ts';
import type { RequestSocket } from './request-socket.ts';

/** A symbol and no private field: frameworks wrap requests in proxies, through which private fields cannot be read. */
const CONTENT = Symbol('content');

const NOTHING = new Uint8Array(0);

/** What node:http keeps to itself and its type definitions leave out. */
interface Internals {
  joinDuplicateHeaders: boolean;
  _addHeaderLines(flat: string[], count: number): void;
  _consuming: boolean;
  _readableState: { readingMore: boolean };
  _read: (size: number) => void;
}

/** A request in the form of node:http's, of whose class it is an instance. */
export class IncomingMessage extends NodeMessage {
  readonly [CONTENT]: Content;

  constructor(exchange: Exchange) {
    super(exchange.socket as unknown as Socket);
    this[CONTENT] = contentOf(this, exchange);
  }
}

/** The class of requests that extend `Base`, whose constructor is called as node:http does. */
export function requestClassOf(Base: typeof NodeMessage): new (exchange: Exchange) => IncomingMessage {
  if (Base === NodeMessage) return IncomingMessage;
  class CustomMessage extends Base {
    readonly [CONTENT]: Content;

    constructor(exchange: Exchange) {
      super(exchange.socket as unknown as Socket);
      this[CONTENT] = contentOf(this, exchange);
    }
  }
  return CustomMessage as unknown as new (exchange: Exchange) => IncomingMessage;
}

/** Gives a message what the request has, and what it is read from. */
function contentOf(message: NodeMessage, { request, socket, settings }: Exchange): Content {
  const content = new Content(message, socket, request.body);
  message.method = request.method;
  message.url = request.target;
  message.httpVersion = request.httpVersion;
  message.httpVersionMajor = 1;
  message.httpVersionMinor = request.httpVersion === '1.0' ? 0 : 1;
  const internals = message as unknown as Internals;
  if (settings.joinDuplicateHeaders) internals.joinDuplicateHeaders = true;
  const flat = request.rawFields();
  if (request.chunked === true) flat.push('Transfer-Encoding', 'chunked');
  internals._addHeaderLines(flat, flat.length);
  internals._read = read;
  message.complete = content.isEmpty;
  return content;
}

/** The answer is about to go out in one piece: reading that has begun goes on behind it. */
export function answering(message: IncomingMessage): void {
  message[CONTENT].keep();
}

/** The answer is complete, and content that was not read does not come any more (G14). */
export function answered(message: IncomingMessage): void {
  if (message.destroyed || message.readableEnded) return;
  const content = message[CONTENT];
  // Most requests have no content and nobody who waits for its end: then nothing has to happen.
  if (content.isEmpty && message.listenerCount('end') + message.listenerCount('close') === 0) return;
  content.cease();
}

/** The error of node:http for a request whose client left. */
export function connectionReset(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

function read(this: IncomingMessage & { _consuming: boolean; _readableState: { readingMore: boolean } }): void {
  if (!this._consuming) {
    this._readableState.readingMore = false;
    this._consuming = true;
  }
  this[CONTENT].pull();
}

/** Moves content from the gateway to the message, a piece for each _read. */
class Content {
  readonly isEmpty: boolean;
  readonly #message: NodeMessage;
  readonly #socket: RequestSocket;
  readonly #body: GatewayBody;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #over: boolean;

  constructor(message: NodeMessage, socket: RequestSocket, body: GatewayBody) {
    this.#message = message;
    this.#socket = socket;
    this.#body = body;
    this.isEmpty = body.length === 0;
    this.#over = false;
  }

  pull(): void {
    if (this.#over) return;
    if (this.isEmpty) return this.#end();
    const { available } = this;
    if (available === undefined) return void this.#pullPiece();
    if (available.byteLength > 0) this.#message.push(available);
    this.#end();
  }

  /** The answer goes out in one piece: what somebody has begun to read stays readable behind it. */
  keep(): void {
    if (!this.isEmpty && !this.#over && this.#message.readableFlowing === true) void this.available;
  }

  /** What is here. Nothing of a request that was answered before anybody began to read. */
  get available(): Uint8Array | undefined {
    try {
      return this.#body.available;
    } catch (error) {
      if (error instanceof RequestExpiredError) return NOTHING;
      throw error;
    }
  }

  /** Nothing more comes: ends a message that nobody reads, breaks one that somebody waits for. */
  cease(): void {
    const isAwaited = (this.#message as unknown as { _consuming: boolean })._consuming && !this.#over;
    if (isAwaited && !this.isEmpty) return void this.#message.destroy();
    this.#message.removeAllListeners('data');
    if (!this.#over) this.#end();
    this.#message.resume();
  }

  async #pullPiece(): Promise<void> {
    try {
      this.#pieces ??= this.#body[Symbol.asyncIterator]();
      const next = await this.#pieces.next();
      if (this.#over || this.#message.destroyed) return;
      this.#socket.active();
      if (next.done) this.#end();
      else this.#message.push(next.value);
    } catch {
      // The client went away or broke the framing. What left with it is told by the exchange; a body that fails alone, here.
      if (!this.#message.destroyed) this.#message.destroy(connectionReset());
    }
  }

  #end(): void {
    this.#over = true;
    this.#message.complete = true;
    this.#message.push(null);
  }
}
