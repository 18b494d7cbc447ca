/** Bodies in memory of the server core: sent by any thread without a copy. */
import { native } from '../../native/load.ts';
import type { StaticBody } from '../contract.ts';

const released = new FinalizationRegistry<number>((id) => native().releaseStaticBody(id));

class NativeStaticBody implements StaticBody {
  readonly byteLength: number;
  readonly nativeId: number;

  constructor(bytes: Uint8Array) {
    this.byteLength = bytes.byteLength;
    this.nativeId = native().createStaticBody(bytes);
    released.register(this, this.nativeId);
  }
}

/**
 * Copies `content` (text as UTF-8) into memory that the server owns, for responses that send it often: no copy is made
 * again. Keep the result in a module constant; the memory is given back after the last reference and the last send.
 */
export function staticBody(content: string | Uint8Array): StaticBody {
  return new NativeStaticBody(typeof content === 'string' ? new TextEncoder().encode(content) : content);
}

export function isStaticBody(value: unknown): value is StaticBody {
  return value instanceof NativeStaticBody;
}
