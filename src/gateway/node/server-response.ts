/**
 * The response of a Node listener: node:http's own ServerResponse, answering through the gateway. The application's thread.
 *
 * An answer that is ended at once goes out in one piece, with its length; one that was begun with write(), pipe() or
 * flushHeaders() is streamed, no further ahead of the client than the gateway allows.
 *
 * DESIGN. As with IncomingMessage, frameworks exchange the prototype, so what differs are own properties. All header methods
 * and writeHead() are node:http's; at its end it stores the head by `_storeHeader`, which here keeps a field list in the
 * place of a text. docs/adr/0017 says more.
 */
import { type IncomingMessage, ServerResponse as NodeResponse } from 'node:http';
import type { Exchange } from './exchange.ts';
import type { MessageSettings } from './message-settings.ts';
import { HIGH_WATER_MARK } from './piece-queue.ts';
import type { RequestSocket } from './request-socket.ts';
import { endsConnection, fieldsGiven, fieldsSet, type GivenHeader } from './response-fields.ts';

const EXCHANGE = Symbol('exchange');
const FIELDS = Symbol('fields');

type Callback = (error?: Error | null) => void;
type Chunk = string | Uint8Array;

/** What node:http keeps to itself and its type definitions leave out. */
interface Internals {
  /** Non-empty once the head cannot change any more. */
  _header: string | null;
  _hasBody: boolean;
  _closed: boolean;
  getRawHeaderNames(): string[];
  _implicitHeader(): void;
}

/** What differs from node:http. */
interface OwnProperties {
  socket: RequestSocket | null;
  _storeHeader: typeof storeHeader;
  write: typeof write;
  end: typeof end;
}

type Self = ServerResponse & Internals;

const node = NodeResponse.prototype;

/** A response in the form of node:http's, of whose class it is an instance. */
export class ServerResponse extends NodeResponse {
  readonly [EXCHANGE]: Exchange;
  [FIELDS]: string[] | undefined;

  constructor(exchange: Exchange) {
    super(exchange.incoming);
    this[EXCHANGE] = exchange;
    this[FIELDS] = undefined;
    makeOwn(this, exchange);
  }
}

/** The class of responses that extend `Base`, whose constructor is called as node:http does. */
export function responseClassOf({ ServerResponse: Base, ...settings }: MessageSettings): new (exchange: Exchange) => ServerResponse {
  const { rejectNonStandardBodyWrites, highWaterMark } = settings;
  if (Base === NodeResponse && !rejectNonStandardBodyWrites && highWaterMark === HIGH_WATER_MARK) return ServerResponse;
  class CustomResponse extends Base {
    readonly [EXCHANGE]: Exchange;
    [FIELDS]: string[] | undefined = undefined;

    constructor(exchange: Exchange) {
      // The second argument is missing in the type definitions.
      super(...([exchange.incoming, { rejectNonStandardBodyWrites, highWaterMark }] as unknown as [IncomingMessage]));
      this[EXCHANGE] = exchange;
      makeOwn(this as unknown as ServerResponse, exchange);
    }
  }
  return CustomResponse as unknown as new (exchange: Exchange) => ServerResponse;
}

function makeOwn(response: ServerResponse, exchange: Exchange): void {
  const own = response as unknown as OwnProperties;
  own.socket = exchange.socket;
  own._storeHeader = storeHeader;
  own.write = write;
  own.end = end;
  response.flushHeaders = flushHeaders;
  response.writeContinue = writeContinue;
  response.writeProcessing = writeInterim;
  response.writeEarlyHints = writeHints;
}

/** The field list for the gateway. */
export function fieldsOf(response: ServerResponse): string[] {
  return response[FIELDS] ?? [];
}

/**
 * What the listener threw for this response: 500 where nothing was answered, a cut otherwise, and an entry in the log. False
 * when the gateway does not listen any more, because the answer was complete.
 */
export function fail(response: ServerResponse, error: unknown): boolean {
  return response[EXCHANGE].fail(error);
}

/** Emits 'finish'. Newer releases of Node remember it in a place that only their own end() reaches. */
export function finish(response: ServerResponse): void {
  if (!response.writableFinished) Object.defineProperty(response, 'writableFinished', { value: true });
  response.emit('finish');
}

/** Emits 'close', once. */
export function close(response: ServerResponse): void {
  const self = response as Self;
  if (self._closed) return;
  self.destroyed = true;
  self._closed = true;
  self.emit('close');
}

/** The end of writeHead(). The status line is not used: the server writes the reason phrase of its own table. */
function storeHeader(this: Self, statusLine: string, given: GivenHeader): void {
  // Named, not left to respond(): here the head can still be changed by whoever catches it.
  if (this.statusCode < 200 || this.statusCode > 599) {
    throw Object.assign(new RangeError(`Invalid status code: ${this.statusCode}; the server sends 200 to 599`), { code: 'ERR_HTTP_INVALID_STATUS_CODE' });
  }
  const names = this.getRawHeaderNames();
  const { uniqueHeaders } = this[EXCHANGE].settings;
  this[FIELDS] = names.length > 0 ? fieldsSet(this, names, uniqueHeaders) : fieldsGiven(given, uniqueHeaders);
  this._header = statusLine;
  // Of HTTP/1.0 node:http says that by itself, of every request.
  const isLast = endsConnection(this[FIELDS]) || (!this.shouldKeepAlive && this.req.httpVersionMinor > 0);
  if (isLast) this[EXCHANGE].request.closeConnection?.();
}

function write(this: Self, chunk: Chunk, encoding?: BufferEncoding | Callback | null, callback?: Callback | null): boolean {
  if (typeof encoding === 'function') return write.call(this, chunk, undefined, encoding);
  // Its errors are node:http's.
  if (this.finished || this.destroyed || !isChunk(chunk)) return node.write.call(this, chunk, encoding as BufferEncoding, callback ?? undefined);
  if (this._header === null) this._implicitHeader();
  // Left out, or refused by rejectNonStandardBodyWrites.
  if (!this._hasBody) return node.write.call(this, chunk, encoding as BufferEncoding, callback ?? undefined);
  const exchange = this[EXCHANGE];
  if (exchange.state === 'aborted') return false;
  exchange.socket.active();
  return exchange.stream().push(decoded(chunk, encoding), callback ?? undefined);
}

function end(this: Self, chunk?: Chunk | Callback | null, encoding?: BufferEncoding | Callback | null, callback?: Callback | null): ServerResponse {
  if (typeof chunk === 'function') return end.call(this, null, null, chunk);
  if (typeof encoding === 'function') return end.call(this, chunk, null, encoding);
  if (this.finished) return endAgain(this, chunk, callback);
  const content = chunk === undefined || chunk === null || chunk === '' ? null : chunk;
  if (content !== null && !isChunk(content)) node.write.call(this, content, 'utf8');
  // The connection may have been given up in this very tick, when the response does not know yet.
  if (!this.destroyed && this[EXCHANGE].state !== 'aborted') {
    if (this._header === null) this._implicitHeader();
    if (content !== null && !this._hasBody && this[EXCHANGE].settings.rejectNonStandardBodyWrites) node.write.call(this, content, 'utf8');
    if (callback) this.once('finish', callback);
    deliver(this[EXCHANGE], content === null ? null : decoded(content, encoding), this._hasBody);
  }
  this.finished = true;
  return this;
}

/** A second end(): content is refused as a write behind the end, a callback hears of the end. */
function endAgain(response: Self, chunk: Chunk | null | undefined, callback: Callback | null | undefined): ServerResponse {
  if (chunk) node.write.call(response, chunk, 'utf8', callback ?? undefined);
  else if (callback && !response.writableFinished) response.once('finish', callback);
  else if (callback) {
    process.nextTick(callback, Object.assign(new Error('Cannot call end after a stream was finished'), { code: 'ERR_STREAM_ALREADY_FINISHED' }));
  }
  return response;
}

/** The last bytes, or all of them. */
function deliver(exchange: Exchange, content: Chunk | null, hasBody: boolean): void {
  if (exchange.state !== 'streaming') return exchange.answer(hasBody || measures(exchange) ? content : null);
  const pieces = exchange.stream();
  if (content !== null) pieces.push(content);
  pieces.end();
}

/** An answer to HEAD has the length of what GET would have got, unless the listener has said one. */
function measures({ incoming, response }: Exchange): boolean {
  return incoming.method === 'HEAD' && !fieldsOf(response).some((text, index) => index % 2 === 0 && text.toLowerCase() === 'content-length');
}

function flushHeaders(this: NodeResponse): void {
  const self = this as Self;
  if (self._header === null) self._implicitHeader();
  // Without a body there is nothing to wait for: end() follows, and a head alone cannot be sent ahead.
  if (self._hasBody && !self.finished && self[EXCHANGE].state === 'open') self[EXCHANGE].stream();
}

/** Without it 100 Continue is sent when the content is read. */
function writeContinue(this: NodeResponse, callback?: (() => void) | null): void {
  (this as Self)[EXCHANGE].request.sendContinue?.();
  writeInterim(callback);
}

/** 102 is not sent (RFC 9110 15.2 lets a server omit it). */
function writeInterim(callback?: (() => void) | null): void {
  if (callback) process.nextTick(callback);
}

/** node:http checks hints before it writes them: with its errors, and to nowhere. */
const CHECKED = { _writeRaw(): void {} };

/** 103 Early Hints: `link` first, as in node:http, which sends nothing without one. */
function writeHints(this: NodeResponse, hints: Readonly<Record<string, string | readonly string[]>>, callback?: () => void): void {
  node.writeEarlyHints.call(CHECKED as unknown as NodeResponse, hints as Record<string, string | string[]>);
  const { link, ...others } = hints;
  const links = [link ?? []].flat();
  if (links.length > 0) {
    const rest = Object.entries(others).map(([name, value]) => [name, [value].flat().join(', ')]);
    (this as Self)[EXCHANGE].request.sendHints?.(['link', links.join(', '), ...rest.flat()]);
  }
  writeInterim(callback);
}

function isChunk(chunk: unknown): chunk is Chunk {
  return typeof chunk === 'string' || chunk instanceof Uint8Array;
}

/** Text in UTF-8 stays text; other encodings become bytes. */
function decoded(chunk: Chunk, encoding: BufferEncoding | null | undefined): Chunk {
  if (typeof chunk !== 'string' || !encoding || encoding === 'utf8' || encoding === 'utf-8') return chunk;
  return Buffer.from(chunk, encoding);
}
