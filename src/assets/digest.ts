/** Hashes of files and texts: one for names, one for Subresource Integrity. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BUILT_HASH_LENGTH } from '../config/built-name.ts';

export interface Digest {
  /** The part of a SHA-256 that names carry. */
  readonly hash: string;
  /** "sha384-...", for the integrity attribute. */
  readonly integrity: string;
  /** Bytes that were hashed. */
  readonly size: number;
}

/** Takes bytes piece by piece. */
export class Digester {
  readonly #sha256: Hash = createHash('sha256');
  readonly #sha384: Hash = createHash('sha384');
  #size = 0;

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#sha384.update(bytes);
    this.#size += bytes.length;
  }

  finish(): Digest {
    return { hash: shortened(this.#sha256), integrity: `sha384-${this.#sha384.digest('base64')}`, size: this.#size };
  }
}

export function digestOf(bytes: Uint8Array): Digest {
  const digester = new Digester();
  digester.update(bytes);
  return digester.finish();
}

/** Reads the file once, in pieces. */
export async function digestFile(path: string): Promise<Digest> {
  const digester = new Digester();
  for await (const piece of createReadStream(path)) digester.update(piece as Uint8Array);
  return digester.finish();
}

/** A hash of several texts, each told from the next. */
export function hashOfTexts(texts: readonly string[]): string {
  const sha256 = createHash('sha256');
  for (const text of texts) sha256.update(`${Buffer.byteLength(text)}:`).update(text);
  return shortened(sha256);
}

function shortened(sha256: Hash): string {
  return sha256.digest('hex').slice(0, BUILT_HASH_LENGTH);
}
