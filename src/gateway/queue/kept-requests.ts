/**
 * The requests of one channel that were not answered within their handler's call, by token. The thread of the worker.
 *
 * DESIGN: an array by the token's slot and no Map. A Map that many entries pass through is copied again and again; once one of
 * its old tables is in the old generation, it keeps alive the tables that followed it with all the requests in them, until the
 * next full collection: young collections then copy a megabyte each time, and take 10 ms.
 */
import { TOKEN_SLOT_BITS } from './layout.ts';

const SLOT_MASK = (1 << TOKEN_SLOT_BITS) - 1;

export class KeptRequests<Request extends { readonly token: number }> {
  readonly #bySlot: (Request | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The request with this token, generation included. */
  get(token: number): Request | undefined {
    const request = this.#bySlot[token & SLOT_MASK];
    return request?.token === token ? request : undefined;
  }

  /** Takes the place of an earlier request in the slot, which has had its last word. */
  add(request: Request): void {
    const slot = request.token & SLOT_MASK;
    // Step by step: an array that is written far beyond its end becomes a slow one.
    while (this.#bySlot.length <= slot) this.#bySlot.push(undefined);
    if (this.#bySlot[slot] === undefined) this.#size++;
    this.#bySlot[slot] = request;
  }

  /** Nothing for a request that is not here. */
  remove(request: Request): void {
    const slot = request.token & SLOT_MASK;
    if (this.#bySlot[slot] !== request) return;
    this.#bySlot[slot] = undefined;
    this.#size--;
  }
}
