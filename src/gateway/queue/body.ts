/**
 * The content of a request from the queue: small content came with the record, other content arrives in chunks that the
 * reader asks for. The worker's thread.
 */
import { collect } from '../collect.ts';
import type { GatewayBody } from '../contract.ts';
import { BodyAbortedError, BodyTooLargeError, RequestExpiredError } from '../errors.ts';
import { STREAM_WINDOW } from './layout.ts';

const DONE = Promise.resolve();

/** Content in the ring's memory, for as long as its record is. */
export interface LentContent {
  /** A copy, which stays. */
  copy(): Uint8Array;
  /** The memory itself. */
  lend(): Uint8Array;
}

const EXPIRED_CONTENT: LentContent = {
  copy(): never {
    throw new RequestExpiredError();
  },
  lend(): never {
    throw new RequestExpiredError();
  },
};

/** Content that is here: in the record, until it is copied out of it or was consumed. */
export class InlineBody implements GatewayBody {
  readonly length: number;
  #lent: LentContent;
  #own: Uint8Array | null = null;
  #isConsumed = false;

  constructor(length: number, lent: LentContent) {
    this.length = length;
    this.#lent = lent;
  }

  get available(): Uint8Array {
    if (this.#isConsumed) throw new TypeError("the request's content was lent to consume(); read it once, in one way");
    this.#own ??= this.#lent.copy();
    return this.#own;
  }

  /** The record's memory goes away: what can still be read is copied out. */
  keep(): void {
    if (!this.#isConsumed) void this.available;
  }

  /** The record's memory has gone with its request. */
  expire(): void {
    this.#lent = EXPIRED_CONTENT;
  }

  async bytes(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    if (this.length > limit) throw new BodyTooLargeError(limit);
    return this.available;
  }

  /** Not an async function: a promise for each content that is here anyway would cost more than lending it. */
  consume(take: (piece: Uint8Array) => void): Promise<void> {
    try {
      this.#lendTo(take);
      return DONE;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #lendTo(take: (piece: Uint8Array) => void): void {
    if (this.#own !== null) return take(this.#own);
    const piece = this.#isConsumed ? this.available : this.#lent.lend();
    this.#isConsumed = true;
    if (this.length > 0) take(piece);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.length > 0) yield this.available;
  }
}

/** Chunks in their order. A client decides how many there are: taking one never moves the others, as Array's shift() would. */
class ChunkLine {
  #chunks: (Buffer | undefined)[] = [];
  /** The first that was not taken. */
  #next = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  take(): Buffer | undefined {
    const chunk = this.#chunks[this.#next];
    if (chunk === undefined) return undefined;
    this.#chunks[this.#next++] = undefined;
    if (this.#next * 2 >= this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#next);
      this.#next = 0;
    }
    return chunk;
  }
}

/**
 * Content that arrives. Nothing is read from the client before the first read here; then it may be STREAM_WINDOW bytes
 * ahead of the reader.
 */
export class StreamedBody implements GatewayBody {
  readonly length: number | undefined;
  readonly available = undefined;
  readonly #grant: (bytes: number) => void;
  readonly #chunks = new ChunkLine();
  /** Where bytes() has the content put together; null when pieces are read. */
  #whole: Buffer | null = null;
  #filled = 0;
  /** Whom consume() lends the pieces to. */
  #take: ((piece: Uint8Array) => void) | null = null;
  #takeFailure: { readonly error: unknown } | null = null;
  #state: 'idle' | 'open' | 'ended' | 'aborted' = 'idle';
  #isRead = false;
  #wake: (() => void) | undefined;

  /** `grant` tells the front how many more bytes may come. */
  constructor(length: number | undefined, grant: (bytes: number) => void) {
    this.length = length;
    this.#grant = grant;
  }

  /** A piece of this length from the queue; `fill` copies it, `lend` shows where it lies. */
  push(fill: (target: Uint8Array) => void, lend: () => Uint8Array, length: number, last: boolean): void {
    if (this.#state === 'aborted') return;
    if (this.#take !== null) {
      if (length > 0) this.#lendTo(this.#take, lend());
    } else if (this.#whole !== null) {
      fill(this.#whole.subarray(this.#filled, this.#filled + length));
      this.#filled += length;
    } else if (length > 0) {
      const chunk = Buffer.allocUnsafe(length);
      fill(chunk);
      this.#chunks.push(chunk);
    }
    if (last) this.#state = 'ended';
    if (last || this.#whole === null) this.#wake?.();
  }

  #lendTo(take: (piece: Uint8Array) => void, piece: Uint8Array): void {
    try {
      take(piece);
    } catch (error) {
      this.#takeFailure = { error };
      this.#take = () => {};
    }
    if (this.#state === 'open') this.#grant(piece.byteLength);
  }

  /** Nothing more will come. Pieces that are here can still be read. */
  abort(): void {
    if (this.#state === 'ended') return;
    this.#state = 'aborted';
    this.#wake?.();
  }

  /** Lets content come before somebody reads it: a client that waits for 100 Continue gets it. */
  invite(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'open';
    this.#grant(STREAM_WINDOW);
  }

  async bytes(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    if (this.length !== undefined && this.length > limit) throw new BodyTooLargeError(limit);
    if (this.length !== undefined && this.length <= STREAM_WINDOW) return this.#fillWhole(this.length);
    return collect(this, limit);
  }

  /** All of it may come at once: the pieces go where they stay. */
  async #fillWhole(length: number): Promise<Uint8Array> {
    const whole = Buffer.allocUnsafe(length);
    if (!this.#isRead) this.#whole = whole;
    this.#begin();
    while (this.#state === 'open') await this.#change();
    if (this.#state === 'aborted') throw new BodyAbortedError();
    return whole;
  }

  async consume(take: (piece: Uint8Array) => void): Promise<void> {
    if (!this.#isRead) this.#take = take;
    this.#begin();
    while (this.#state === 'open' && this.#takeFailure === null) await this.#change();
    if (this.#takeFailure !== null) throw this.#takeFailure.error;
    if (this.#state === 'aborted') throw new BodyAbortedError();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#begin();
    while (true) {
      const chunk = this.#chunks.take();
      if (chunk !== undefined) {
        if (this.#state === 'open') this.#grant(chunk.byteLength);
        yield chunk;
      } else if (this.#state === 'ended') {
        return;
      } else if (this.#state === 'aborted') {
        throw new BodyAbortedError();
      } else {
        await this.#change();
      }
    }
  }

  /** The first read; a second is refused. */
  #begin(): void {
    if (this.#isRead) throw new TypeError("the request's content can be read once; keep what bytes() gave");
    this.#isRead = true;
    this.invite();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
