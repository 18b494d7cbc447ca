/** Content that comes in pieces, put together. */
import { BodyTooLargeError } from './errors.ts';

/** All of it. Rejects with BodyTooLargeError beyond `limit` bytes, and as the pieces do. */
export async function collect(pieces: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > limit) throw new BodyTooLargeError(limit);
    taken.push(piece);
  }
  return taken.length === 1 ? (taken[0] as Uint8Array) : Buffer.concat(taken, size);
}
