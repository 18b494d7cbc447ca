/**
 * The body of a streamed answer: a Node response pushes pieces in, the gateway takes them out as the client reads (G22). The
 * application's thread.
 */
import { RequestAbortedError } from '../errors.ts';

type Piece = string | Uint8Array;

interface Queued {
  readonly piece: Piece;
  readonly bytes: number;
  /** Called when the server has taken the piece: its memory may be used again. */
  readonly taken: (() => void) | undefined;
}

/** What the writer hears. */
export interface PieceQueueEvents {
  /** Everything was taken after push() had said that there is enough. */
  room(): void;
  /** The last piece was taken and end() was called. */
  done(): void;
  /** The client left. */
  left(): void;
}

/** As node:http has it for a socket (stream.getDefaultHighWaterMark). */
export const HIGH_WATER_MARK = 16_384;

type Result = IteratorResult<Piece>;

export class PieceQueue implements AsyncIterableIterator<Piece> {
  readonly #events: PieceQueueEvents;
  readonly #highWaterMark: number;
  #queue: Queued[] = [];
  #size = 0;
  #needsRoom = false;
  #state: 'open' | 'ended' | 'left' = 'open';
  #error: Error | undefined;
  /** Of the piece that the gateway has and may not have copied yet: it has when it asks for the next one. */
  #taken: (() => void) | undefined;
  /** The gateway waits for a piece. */
  #waiter: { resolve: (result: Result) => void; reject: (error: Error) => void } | undefined;

  /** `highWaterMark`: bytes that may wait before the writer should. */
  constructor(events: PieceQueueEvents, highWaterMark = HIGH_WATER_MARK) {
    this.#events = events;
    this.#highWaterMark = highWaterMark;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#size;
  }

  /** False when the writer should wait for room. */
  push(piece: Piece, taken?: () => void): boolean {
    if (this.#state !== 'open') return false;
    const bytes = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength;
    // An empty piece would be an empty chunk; only its callback matters.
    if (bytes === 0) {
      if (taken !== undefined) process.nextTick(taken);
      return !this.#needsRoom;
    }
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = undefined;
      this.#taken = taken;
      waiter.resolve({ done: false, value: piece });
      return true;
    }
    this.#queue.push({ piece, bytes, taken });
    this.#size += bytes;
    this.#needsRoom ||= this.#size >= this.#highWaterMark;
    return !this.#needsRoom;
  }

  /** No further piece comes. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    this.#finish(waiter.resolve);
  }

  /** The answer breaks off and looks so. */
  fail(error: Error): void {
    if (this.#state === 'left') return;
    this.#error = error;
    this.drop();
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  /** Forgets what waits: nobody reads it any more. */
  drop(): void {
    this.#state = 'left';
    this.#queue = [];
    this.#size = 0;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#taken !== undefined) process.nextTick(this.#taken);
    this.#taken = undefined;
    const next = this.#queue.shift();
    if (next !== undefined) {
      this.#size -= next.bytes;
      this.#taken = next.taken;
      if (this.#needsRoom && this.#queue.length === 0) this.#makeRoom();
      return Promise.resolve({ done: false, value: next.piece });
    }
    if (this.#state === 'left') return Promise.reject(this.#error ?? new RequestAbortedError());
    return new Promise((resolve, reject) => {
      if (this.#state === 'ended') this.#finish(resolve);
      else this.#waiter = { resolve, reject };
    });
  }

  /** The gateway says that the client left, or that the answer broke. */
  return(): Promise<Result> {
    this.drop();
    this.#events.left();
    return Promise.resolve({ done: true, value: undefined });
  }

  #makeRoom(): void {
    this.#needsRoom = false;
    process.nextTick(() => {
      if (this.#state === 'open') this.#events.room();
    });
  }

  #finish(resolve: (result: Result) => void): void {
    resolve({ done: true, value: undefined });
    process.nextTick(this.#events.done);
  }
}
