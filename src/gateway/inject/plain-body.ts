/**
 * The content of a PlainRequest: bytes that are all there, or pieces from an async iterable. Read once, as the contract says.
 */
import { collect } from '../collect.ts';
import type { GatewayBody } from '../contract.ts';

export class PlainBody implements GatewayBody {
  readonly length: number | undefined;
  readonly available: Uint8Array | undefined;
  readonly #pieces: AsyncIterable<Uint8Array>;
  #isRead = false;

  constructor(content: Uint8Array | AsyncIterable<Uint8Array>) {
    const whole = content instanceof Uint8Array ? content : undefined;
    this.length = whole?.byteLength;
    this.available = whole;
    this.#pieces = content instanceof Uint8Array ? onePiece(content) : content;
  }

  async bytes(limit = Infinity): Promise<Uint8Array> {
    return collect(this, limit);
  }

  async consume(take: (piece: Uint8Array) => void): Promise<void> {
    for await (const piece of this) take(piece);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#isRead) throw new TypeError('the request content has been read already; keep what bytes() gave');
    this.#isRead = true;
    return this.#pieces[Symbol.asyncIterator]();
  }
}

async function* onePiece(content: Uint8Array): AsyncGenerator<Uint8Array> {
  if (content.byteLength > 0) yield content;
}
