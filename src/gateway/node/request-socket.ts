/**
 * What stands for the socket of a request (req.socket, res.socket). The connection belongs to an I/O thread; here are its
 * addresses, its end, and the methods that frameworks call on it. One for each request, even on one connection. The
 * application's thread.
 */
import { EventEmitter } from 'node:events';
import type { GatewayRequest } from '../contract.ts';
import type { Exchange } from './exchange.ts';

/** What a request of node:http has as its socket: addresses, 'close' and time-outs. The connection itself is the server's. */
export class RequestSocket extends EventEmitter {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Over TLS. */
  readonly encrypted: boolean;
  readonly connecting = false;
  readonly readableHighWaterMark: number;
  readonly writableHighWaterMark: number;
  /** How often cork() was called without its uncork(). Pieces go to the server as they are written nevertheless. */
  writableCorked = 0;
  readable = true;
  writable = true;
  destroyed = false;
  closed = false;
  timeout = 0;
  /** Tells the server of a time-out; whether somebody listens there. */
  tellServer: (() => boolean) | undefined;
  readonly #exchange: Exchange;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: GatewayRequest, exchange: Exchange) {
    super();
    this.#exchange = exchange;
    this.readableHighWaterMark = exchange.settings.highWaterMark;
    this.writableHighWaterMark = exchange.settings.highWaterMark;
    const { remoteAddress } = request;
    this.remoteAddress = remoteAddress === '' ? undefined : remoteAddress;
    this.remotePort = remoteAddress === '' ? undefined : request.remotePort;
    this.encrypted = request.scheme === 'https';
  }

  get remoteFamily(): 'IPv4' | 'IPv6' | undefined {
    if (this.remoteAddress === undefined) return undefined;
    return this.remoteAddress.includes(':') ? 'IPv6' : 'IPv4';
  }

  /** Bytes of the answer that wait for the client. */
  get writableLength(): number {
    return this.#exchange.queuedBytes;
  }

  /** Cuts the connection. A request that was answered in full keeps its answer, and the connection goes on. */
  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.#exchange.cut();
    if (error && this.listenerCount('error') > 0) this.emit('error', error);
    return this;
  }

  destroySoon(): void {
    this.destroy();
  }

  end(): this {
    return this.destroy();
  }

  /**
   * Emits 'timeout' on the request, the response, the server and here when nothing was read or written for so long. Cuts when none of the
   * first three has a listener, as node:http does. 0: never.
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = milliseconds;
    if (callback !== undefined) this.once('timeout', callback);
    if (milliseconds > 0 && !this.destroyed) this.#timer = setTimeout(() => this.#timedOut(), milliseconds).unref();
    return this;
  }

  /** Something was read or written: the idle time begins anew. */
  active(): void {
    this.#timer?.refresh();
  }

  /** The connection is of no use any more; called by the exchange. */
  shut(): void {
    this.readable = false;
    this.writable = false;
    this.destroyed = true;
    this.closed = true;
    clearTimeout(this.#timer);
  }

  /** The answer is complete. The connection may go on, but for whoever keeps something by its socket this one is over. */
  leave(): void {
    clearTimeout(this.#timer);
    this.closed = true;
    this.emit('close', false);
  }

  /** Bytes of a connection are the I/O thread's: an answer goes through the response. */
  write(): never {
    throw new Error('req.socket.write(): the connection belongs to the server; answer through the response');
  }

  /** The local address is not known in the application's thread. */
  address(): Record<string, never> {
    return {};
  }

  // Settings of the connection, which the server makes; flow control goes through the request and the response.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  cork(): void {
    this.writableCorked += 1;
  }
  uncork(): void {
    if (this.writableCorked > 0) this.writableCorked -= 1;
  }

  #timedOut(): void {
    const { incoming, response } = this.#exchange;
    const heard = [!incoming.complete && incoming.emit('timeout', this), response.emit('timeout', this), this.tellServer?.()];
    this.emit('timeout');
    if (!heard.includes(true)) this.destroy();
  }
}
