/** Streams an async iterable as an answer, no further ahead of the client than STREAM_WINDOW. The worker's thread. */
import type { BodyPiece } from '../contract.ts';
import { RequestAbortedError } from '../errors.ts';
import { STREAM_WINDOW } from './layout.ts';
import { pieceBytes } from '../answers/page-body.ts';
import type { QueueRequest } from './request.ts';

/** Takes pieces until the iterable or the client ends. Always says the request's last word; never rejects. */
export async function pumpStream(request: QueueRequest, pieces: AsyncIterable<BodyPiece>): Promise<void> {
  const flow = new Flow(request);
  const iterator = pieces[Symbol.asyncIterator]();
  let complete = false;
  try {
    while (!flow.gone) {
      const next = await flow.orGone(iterator.next());
      if (next.done) {
        complete = true;
        break;
      }
      flow.write(next.value);
      await flow.room();
    }
  } catch (error) {
    if (!(error instanceof RequestAbortedError)) request.reader.report(request, error);
  }
  request.endStream(complete);
  // The client left or the stream broke: the producer hears of it, as with a `break` in for await.
  if (!complete) void Promise.resolve(iterator.return?.()).catch(() => {});
}

/** Bytes on their way, and waiting for the client to take them. */
class Flow {
  readonly #request: QueueRequest;
  #outstanding = 0;
  #roomWaiter: (() => void) | undefined;
  #leaveWaiter: (() => void) | undefined;

  constructor(request: QueueRequest) {
    this.#request = request;
    request.onGone = () => {
      this.#leaveWaiter?.();
      this.#roomWaiter?.();
    };
    request.onCredit = (bytes) => {
      this.#outstanding -= bytes;
      if (this.#outstanding < STREAM_WINDOW) this.#roomWaiter?.();
    };
  }

  get gone(): boolean {
    return this.#request.gone;
  }

  /**
   * What the promise gives, unless the client leaves first. Not Promise.race with one promise for the whole stream: that
   * would remember every piece until the stream ends.
   */
  orGone<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#leaveWaiter = () => reject(new RequestAbortedError());
      Promise.resolve(promise).then(resolve, reject);
    });
  }

  write(piece: BodyPiece): void {
    const { reader, token, channel } = this.#request;
    this.#outstanding += reader.port.streamWrite(token, channel.index, pieceBytes(piece));
  }

  async room(): Promise<void> {
    while (this.#outstanding >= STREAM_WINDOW && !this.gone) {
      await new Promise<void>((resolve) => {
        this.#roomWaiter = resolve;
      });
      this.#roomWaiter = undefined;
    }
  }
}
