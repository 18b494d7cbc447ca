/**
 * One request for a Node listener, with its answer: what its IncomingMessage, its ServerResponse and its socket have in
 * common. The application's thread.
 *
 *   open ── respond in one piece ──────────────────────────────► answered
 *    │ └─── respond with pieces ──► streaming ── last piece ─────► answered
 *    └───────────────────────────────┴── the client left, the time was over, destroy() ──► aborted
 */
import { BodyAbortedError, RequestAbortedError } from '../errors.ts';
import type { GatewayRequest, Respond } from '../contract.ts';
import { answered, answering, connectionReset, type IncomingMessage, requestClassOf } from './incoming-message.ts';
import type { MessageSettings } from './message-settings.ts';
import { PieceQueue } from './piece-queue.ts';
import { RequestSocket } from './request-socket.ts';
import { close, fieldsOf, finish, responseClassOf, type ServerResponse } from './server-response.ts';

export type ExchangeState = 'open' | 'streaming' | 'answered' | 'aborted';

/** What the messages of a server are made of. */
export interface MessageClasses {
  readonly settings: MessageSettings;
  readonly Incoming: new (exchange: Exchange) => IncomingMessage;
  readonly Response: new (exchange: Exchange) => ServerResponse;
}

/** Once for each server: classes are made for custom ones. */
export function messageClasses(settings: MessageSettings): MessageClasses {
  return { settings, Incoming: requestClassOf(settings.IncomingMessage), Response: responseClassOf(settings) };
}

export class Exchange {
  readonly request: GatewayRequest;
  readonly settings: MessageSettings;
  readonly socket: RequestSocket;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly #respond: Respond;
  #state: ExchangeState = 'open';
  /** The pieces of a streamed answer. */
  #pieces: PieceQueue | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(request: GatewayRequest, respond: Respond, { settings, Incoming, Response }: MessageClasses) {
    this.request = request;
    this.#respond = respond;
    this.settings = settings;
    this.socket = new RequestSocket(request, this);
    this.incoming = new Incoming(this);
    this.response = new Response(this);
  }

  get state(): ExchangeState {
    return this.#state;
  }

  /** Nothing can be done for this request any more. */
  get isOver(): boolean {
    return this.#state === 'answered' || this.#state === 'aborted';
  }

  /** Bytes of the answer that the server has not taken yet. */
  get queuedBytes(): number {
    return this.#pieces?.size ?? 0;
  }

  /**
   * What the gateway waits for when the listener returned before it answered: rejects with what an asynchronous listener
   * threw, and when the connection is to be cut. It never resolves, because a Node listener says nothing by returning.
   */
  outcome(): Promise<void> {
    if (this.#state === 'aborted') return Promise.reject(new BodyAbortedError());
    return new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
  }

  /** Answers in one piece. Throws as Respond does. */
  answer(body: string | Uint8Array | null): void {
    const { statusCode } = this.response;
    answering(this.incoming);
    this.#respond(statusCode, fieldsOf(this.response), body);
    this.#state = 'answered';
    process.nextTick(settle, this);
  }

  /** Sends the head now; the body follows by write() and end(). */
  stream(): PieceQueue {
    if (this.#pieces !== undefined) return this.#pieces;
    const pieces = new PieceQueue({
      room: () => this.response.emit('drain'),
      done: () => {
        if (this.isOver) return;
        this.#state = 'answered';
        settle(this);
      },
      left: () => this.abort(),
    }, this.settings.highWaterMark);
    this.#respond(this.response.statusCode, fieldsOf(this.response), pieces);
    this.#pieces = pieces;
    this.#state = 'streaming';
    return pieces;
  }

  /** The client has gone: nothing that is written now arrives anywhere. Tells everyone who listens, once. */
  abort(): void {
    const state = this.#state;
    if (this.isOver) return;
    this.#state = 'aborted';
    this.#pieces?.drop();
    this.socket.shut();
    // The gateway keeps what is neither answered nor given up; this is its word for a request that ends without an answer.
    if (state === 'open') this.#reject?.(new BodyAbortedError());
    process.nextTick(announceEnd, this);
  }

  /** The application gives the connection up (socket.destroy()): the client sees it cut. */
  cut(): void {
    if (this.#state === 'streaming') this.#pieces?.fail(new RequestAbortedError());
    this.abort();
  }

  /** The listener failed. The gateway answers 500 where nothing was answered; an answer that had begun is cut. False when it does not hear of it. */
  fail(error: unknown): boolean {
    this.#reject?.(error);
    this.cut();
    return this.#reject !== undefined;
  }
}

/** Everything was handed over: what node:http says when the last byte went to the system. */
function settle(exchange: Exchange): void {
  const { response, incoming } = exchange;
  finish(response);
  answered(incoming);
  (response as { socket: unknown }).socket = null;
  // A tick later, as there: what was written behind the end is still refused as such, and the request has emitted 'end'.
  process.nextTick(part, exchange);
}

function part({ response, socket }: Exchange): void {
  close(response);
  socket.leave();
}

/** What node:http says when a connection ends under a request: 'aborted', and 'close' of everything. */
function announceEnd({ incoming, socket, response }: Exchange): void {
  incoming.destroy(connectionReset());
  socket.emit('close', false);
  close(response);
}
