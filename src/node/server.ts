/**
 * fastserve in the shape of node:http's server: createServer(listener).listen(port). The listener runs in the calling
 * thread, over the same native front as everything else.
 *
 *   made ── listen() ──► bound (address() answers) ──► 'listening' ── close() ──► made
 *                                                                       └ what was there drains ──► 'close'
 */
import { captureRejectionSymbol, EventEmitter } from 'node:events';
import type { GatewayApplication } from '../gateway/contract.ts';
import { type NodeListener, runListener } from '../gateway/node/listener.ts';
import type { RequestSocket } from '../gateway/node/request-socket.ts';
import { fail, type ServerResponse } from '../gateway/node/server-response.ts';
import type { NativeAddress } from '../native/binding.ts';
import { type BoundServer, bindInline } from '../supervisor/inline-server.ts';
import { addonRuntime } from '../supervisor/runtime.ts';
import type { RunningServer } from '../supervisor/running-server.ts';
import { eventOf, type Events } from './events.ts';
import { type ListenOptions, type ListenTarget, listenTarget, lookedUp } from './listen-target.ts';
import { messageSettings } from './node-options.ts';
import { alreadyListening, notRunning } from './server-errors.ts';
import { checkOptions, type ServerOptions, settingsOf } from './server-options.ts';
import { type Address, HANDLE, newStay, shownAddress, type Stay } from './stay.ts';

/** A server in the form of node:http's: listen(), close(), address(), 'request'. Requests run on the thread that made it. */
export class Server extends EventEmitter<Events> {
  /** Milliseconds; read by listen(). */
  keepAliveTimeout: number;
  headersTimeout: number;
  requestTimeout: number;
  /** Open connections for each I/O thread, limits.connections; read by listen(). Further ones wait, node:http drops them. */
  maxConnections: number;
  /** Milliseconds: see setTimeout(). */
  timeout = 0;
  readonly #options: ServerOptions;
  readonly #unanswered = new Set<ServerResponse>();
  #stay: Stay | undefined;
  /** Those that close() ended, until nothing of them is left. */
  readonly #leaving = new Set<Stay>();

  constructor(options?: ServerOptions, listener?: NodeListener);
  constructor(listener?: NodeListener);
  constructor(first: ServerOptions | NodeListener = {}, second?: NodeListener) {
    super({ captureRejections: true });
    const [options, listener] = typeof first === 'function' ? [{}, first] : [first, second];
    const { limits, timeouts } = checkOptions(options);
    this.#options = options;
    this.maxConnections = limits.connections;
    this.keepAliveTimeout = timeouts.keepAlive;
    this.headersTimeout = timeouts.header;
    this.requestTimeout = timeouts.bodyTotal;
    if (listener !== undefined) this.on('request', listener);
  }

  /** Whether the server is bound. */
  get listening(): boolean {
    return this.#address() !== undefined;
  }

  /**
   * Binds at once, unless the host is a name that must be looked up; 'listening' follows. Emits 'error' when it cannot.
   * Throws for arguments and options that mean nothing.
   */
  listen(port?: number | string, host?: string, backlog?: number, listening?: () => void): this;
  listen(port?: number | string, host?: string, listening?: () => void): this;
  listen(port?: number | string, backlog?: number, listening?: () => void): this;
  listen(port?: number | string, listening?: () => void): this;
  listen(path: string, backlog?: number, listening?: () => void): this;
  listen(path: string, listening?: () => void): this;
  listen(options: ListenOptions, listening?: () => void): this;
  listen(listening?: () => void): this;
  listen(...args: unknown[]): this {
    if (this.#stay !== undefined) throw alreadyListening();
    const target = listenTarget(args);
    if (target.callback !== undefined) this.once('listening', target.callback);
    target.signal?.addEventListener('abort', () => this.close(), { once: true });
    const stay = newStay();
    this.#stay = stay;
    stay.running = target.isName ? this.#lookUp(stay, target) : this.#bind(stay, target);
    return this;
  }

  /** Where it listens, from listen() on; null when it does not. */
  address(): Address | null {
    const address = this.#address();
    return address === undefined ? null : shownAddress(address);
  }

  /**
   * Stops accepting, closes idle connections, lets requests in flight end for timeouts.stop, then emits 'close'. `closed` is
   * called then, with an error when the server was not listening. It may listen again at once.
   */
  close(closed?: (error?: Error) => void): this {
    const stay = this.#stay;
    if (closed !== undefined) this.once('close', stay === undefined ? () => closed(notRunning()) : () => closed());
    this.#stay = undefined;
    if (stay !== undefined) void this.#leave(stay);
    else if (this.#leaving.size === 0) process.nextTick(() => this.emit('close'));
    return this;
  }

  /** Cuts all connections, also those that have a request in flight. */
  closeAllConnections(): void {
    for (const response of this.#unanswered) response.destroy();
    for (const { server } of this.#stays()) server?.closeConnections('all');
  }

  /** Ends the connections that wait for a request behind another one. close() does, too. */
  closeIdleConnections(): void {
    for (const { server } of this.#stays()) server?.closeConnections('idle');
  }

  /**
   * Every request from now on is timed out when nothing of it was read or written for so long: 'timeout' of the request, the
   * response and here; where nobody listens, its connection is cut. 0: never. Between requests keepAliveTimeout holds.
   */
  setTimeout(milliseconds: number, timedOut?: (socket: RequestSocket) => void): this;
  setTimeout(timedOut?: (socket: RequestSocket) => void): this;
  setTimeout(first?: number | ((socket: RequestSocket) => void), timedOut?: (socket: RequestSocket) => void): this {
    if (typeof first === 'function') return this.setTimeout(0, first);
    this.timeout = first ?? 0;
    if (timedOut !== undefined) this.on('timeout', timedOut);
    return this;
  }

  /** Stands for what node:http listens with, while this listens: supertest closes a server that it has started where it sees one. */
  get _handle(): object | null {
    return this.listening ? HANDLE : null;
  }

  /** Counts open connections. */
  getConnections(counted: (error: Error | null, count: number) => void): this {
    process.nextTick(counted, null, this.connections);
    return this;
  }

  /** Open connections; getConnections() has taken its place in node:http. */
  get connections(): number {
    return this.#stays().reduce((sum, { server }) => sum + (server?.stats().connectionsOpen ?? 0), 0);
  }

  /** The default: the process stays alive until close(). */
  ref(): this {
    return this;
  }

  /** Not possible: the native side of the queue holds the process. Says so on standard error. */
  unref(): this {
    process.emitWarning('Server.unref() of fastserve/node has no effect: the process lives until close()', { code: 'FASTSERVE_UNREF' });
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => this.close(() => resolve()));
  }

  /** An asynchronous listener failed. */
  override [captureRejectionSymbol](error: Error, event: unknown, ...args: unknown[]): void {
    if ((event === 'request' || event === 'checkContinue') && fail(args[1] as ServerResponse, error)) return;
    this.emit('error', error);
  }

  async #lookUp(stay: Stay, target: ListenTarget): Promise<RunningServer | undefined> {
    try {
      return await this.#bind(stay, await lookedUp(target));
    } catch (error) {
      return this.#failed(stay, error);
    }
  }

  /** Binds before it returns. */
  #bind(stay: Stay, { address }: ListenTarget): Promise<RunningServer | undefined> {
    const { keepAliveTimeout, headersTimeout, requestTimeout, maxConnections } = this;
    let settings;
    try {
      settings = settingsOf({ ...this.#options, keepAliveTimeout, headersTimeout, requestTimeout }, maxConnections, address);
    } catch (error) {
      this.#stay = undefined;
      throw error;
    }
    try {
      stay.bound = bindInline(settings, addonRuntime(), this.#takesOver(address));
    } catch (error) {
      process.nextTick(() => this.#failed(stay, error));
      return Promise.resolve(undefined);
    }
    return this.#run(stay, stay.bound);
  }

  async #run(stay: Stay, bound: BoundServer): Promise<RunningServer | undefined> {
    try {
      stay.server = await bound.run(this.#application());
    } catch (error) {
      return this.#failed(stay, error);
    }
    if (this.#stay === stay) this.emit('listening');
    return stay.server;
  }

  #application(): GatewayApplication {
    const listener: NodeListener = (request, response) => {
      if (this.timeout > 0 || this.listenerCount('timeout') > 0) this.#time(response);
      this.#unanswered.add(response);
      response.once('close', () => this.#unanswered.delete(response));
      this.emit(this.listenerCount('checkContinue') > 0 ? eventOf(request) : 'request', request, response);
    };
    return { kind: 'node', handle: runListener(listener, messageSettings(this.#options)), manifest: null };
  }

  #time(response: ServerResponse): void {
    const socket = response.socket as unknown as RequestSocket;
    socket.tellServer = () => this.emit('timeout', socket);
    if (this.timeout > 0) socket.setTimeout(this.timeout);
  }

  #failed(stay: Stay, error: unknown): undefined {
    if (this.#stay === stay) this.#stay = undefined;
    this.emit('error', error as Error);
  }

  #address(): NativeAddress | undefined {
    return this.#stay?.bound?.addresses[0];
  }

  /** Whether it stopped listening there, but its I/O thread may not know yet. */
  #takesOver(address: ListenTarget['address']): boolean {
    return 'port' in address && address.port > 0 && [...this.#leaving].some(({ bound }) => bound?.addresses[0]?.port === address.port);
  }

  #stays(): Stay[] {
    return [...this.#leaving, ...(this.#stay === undefined ? [] : [this.#stay])];
  }

  /** A server that runs has given its address back when this returns: another listen() may take it. */
  async #leave(stay: Stay): Promise<void> {
    this.#leaving.add(stay);
    const server = stay.server ?? (await stay.running);
    await server?.close();
    this.#leaving.delete(stay);
    if (this.#leaving.size === 0) this.emit('close');
  }
}

/** As http.createServer: the listener hears every 'request'. Throws ConfigError for options that are wrong. */
export function createServer(listener?: NodeListener): Server;
export function createServer(options: ServerOptions, listener?: NodeListener): Server;
export function createServer(first?: ServerOptions | NodeListener, listener?: NodeListener): Server {
  return typeof first === 'function' ? new Server({}, first) : new Server(first, listener);
}
