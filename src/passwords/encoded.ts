/**
 * The text that is stored instead of a password. The same as Django's scrypt hasher writes, so that stored passwords can move
 * from one to the other. Any thread.
 *
 *   "scrypt$" N "$" salt "$" r "$" p "$" hash, base64
 */

/** The cost of scrypt (RFC 7914 2): memory is 128 · N · r bytes, time N · r · p. */
export interface ScryptCost {
  /** N, a power of two. */
  readonly work: number;
  /** r. */
  readonly blockSize: number;
  /** p. */
  readonly parallelism: number;
}

export interface EncodedPassword {
  readonly cost: ScryptCost;
  readonly salt: string;
  readonly hash: Buffer;
}

export const HASH_BYTES = 64;
/** A stored text is believed only so far: nobody should be able to make one login cost gigabytes. */
const MAX_MEMORY_MIB = 260;
const MAX_PARALLELISM = 16;
const FORM = /^scrypt\$(\d{1,8})\$([^$]{1,128})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/]{86}==)$/;

export function encodePassword({ cost, salt, hash }: EncodedPassword): string {
  return `scrypt$${cost.work}$${salt}$${cost.blockSize}$${cost.parallelism}$${hash.toString('base64')}`;
}

/** undefined for a text that is of another form, or costs more than can be meant. */
export function decodePassword(encoded: string): EncodedPassword | undefined {
  const match = FORM.exec(encoded);
  if (match === null) return undefined;
  const [, work, salt, blockSize, parallelism, hash] = match as unknown as [string, string, string, string, string, string];
  const cost = { work: Number(work), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  return costProblem(cost) === undefined ? { cost, salt, hash: Buffer.from(hash, 'base64') } : undefined;
}

/** Bytes that one hashing takes. */
export function memoryOf({ work, blockSize, parallelism }: ScryptCost): number {
  return 128 * blockSize * (work + parallelism + 2);
}

/** Which parameter cannot be used, with what is expected; undefined for a good cost. */
export function costProblem(cost: ScryptCost): string | undefined {
  const { work, blockSize, parallelism } = cost;
  if (!Number.isSafeInteger(work) || work < 2 || Math.log2(work) % 1 !== 0) return `work is ${work}; expected a power of two`;
  if (!Number.isSafeInteger(blockSize) || blockSize < 1) return `blockSize is ${blockSize}; expected 1 or more`;
  if (!Number.isSafeInteger(parallelism) || parallelism < 1 || parallelism > MAX_PARALLELISM) {
    return `parallelism is ${parallelism}; expected 1 to ${MAX_PARALLELISM}`;
  }
  const memoryMib = Math.ceil(memoryOf(cost) / 2 ** 20);
  if (memoryMib <= MAX_MEMORY_MIB) return undefined;
  return `work and blockSize together take ${memoryMib} MiB; expected ${MAX_MEMORY_MIB} or less`;
}
