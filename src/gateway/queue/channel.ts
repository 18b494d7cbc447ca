/** One ring, from one I/O thread to this slot, as its reader has it. The worker's thread. */
import type { NativePort } from '../../native/binding.ts';
import { KeptRequests } from './kept-requests.ts';
import type { QueueRequest } from './request.ts';

/** From here on a call into native code copies faster than JavaScript does out of shared memory. */
const NATIVE_COPY_BYTES = 2048;

export class Channel {
  /** Of its I/O thread; native code knows the ring by it. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** Requests that were not answered within their handler's call: control records find them here. A token means something to its I/O thread only. */
  readonly kept = new KeptRequests<QueueRequest>();
  readonly #port: NativePort;

  constructor(port: NativePort, index: number, { buffer, byteOffset, byteLength }: Uint8Array) {
    this.#port = port;
    this.index = index;
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.words = new Uint32Array(buffer, byteOffset, byteLength >> 2);
  }

  /** A copy of bytes that lie in the ring's memory. */
  copyOut(start: number, length: number): Buffer {
    const copy = Buffer.allocUnsafe(length);
    this.fill(start, copy);
    return copy;
  }

  /** The ring's memory itself, good until the batch ends. */
  lend(start: number, length: number): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    return new Uint8Array(buffer, byteOffset + start, length);
  }

  /** Fills `target` from the ring's memory. */
  fill(start: number, target: Uint8Array): void {
    if (target.length >= NATIVE_COPY_BYTES) return this.#port.readRing(this.index, start, target);
    target.set(this.bytes.subarray(start, start + target.length));
  }
}
