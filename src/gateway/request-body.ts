/**
 * The content of a request from the queue: small content came with the record, other content arrives in chunks that the
 * reader asks for. The worker's thread.
 */
import type { GatewayBody } from './contract.ts';
import { BodyAbortedError, BodyTooLargeError } from './errors.ts';
import { STREAM_WINDOW } from './layout.ts';

const EMPTY = new Uint8Array(0);

/** Content that is here. */
export class InlineBody implements GatewayBody {
  readonly available: Uint8Array;
  readonly length: number;

  constructor(content: Uint8Array | undefined) {
    this.available = content ?? EMPTY;
    this.length = this.available.byteLength;
  }

  async bytes(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    if (this.length > limit) throw new BodyTooLargeError(limit);
    return this.available;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.length > 0) yield this.available;
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
  #chunks: Buffer[] = [];
  #state: 'idle' | 'open' | 'ended' | 'aborted' = 'idle';
  #isRead = false;
  #wake: (() => void) | undefined;

  /** `grant` tells the front how many more bytes may come. */
  constructor(length: number | undefined, grant: (bytes: number) => void) {
    this.length = length;
    this.#grant = grant;
  }

  /** A piece from the queue, already copied out of the ring. */
  push(chunk: Buffer, last: boolean): void {
    if (this.#state === 'aborted') return;
    if (chunk.byteLength > 0) this.#chunks.push(chunk);
    if (last) this.#state = 'ended';
    this.#wake?.();
  }

  /** Nothing more will come. Pieces that are here can still be read. */
  abort(): void {
    if (this.#state === 'ended') return;
    this.#state = 'aborted';
    this.#wake?.();
  }

  async bytes(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    if (this.length !== undefined && this.length > limit) throw new BodyTooLargeError(limit);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this) {
      size += piece.byteLength;
      if (size > limit) throw new BodyTooLargeError(limit);
      pieces.push(piece);
    }
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, size);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#isRead) throw new TypeError("the request's content can be read once; keep what bytes() gave");
    this.#isRead = true;
    if (this.#state === 'idle') {
      this.#state = 'open';
      this.#grant(STREAM_WINDOW);
    }
    while (true) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        if (this.#state === 'open') this.#grant(chunk.byteLength);
        yield chunk;
      } else if (this.#state === 'ended') {
        return;
      } else if (this.#state === 'aborted') {
        throw new BodyAbortedError();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
