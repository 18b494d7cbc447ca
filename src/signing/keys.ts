/**
 * Secret keys: their check, and the message authentication made with them. Any thread.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The keys of an application. */
export interface SigningKeys {
  /** Signs, and is tried first when a signature is checked. */
  readonly key: string;
  /** Earlier keys: what they signed is still accepted. */
  readonly fallbacks: readonly string[];
}

/** Shorter ones, and those of few different characters, can be guessed. */
const MIN_LENGTH = 32;
const MIN_DIFFERENT = 5;
const MAKE_ONE = `make one with: node -e "console.log(require('node:crypto').randomBytes(48).toString('base64url'))"`;

/** What is wrong with a secret key, with the way to get a good one; undefined for a good one. Never shows the key. */
export function secretKeyProblem(key: unknown): string | undefined {
  if (typeof key !== 'string') {
    return `is of type ${key === null ? 'null' : typeof key}; expected a text of ${MIN_LENGTH} characters or more; ${MAKE_ONE}`;
  }
  if (key.length < MIN_LENGTH) return `has ${key.length} characters; expected ${MIN_LENGTH} or more; ${MAKE_ONE}`;
  if (new Set(key).size < MIN_DIFFERENT) return `has fewer than ${MIN_DIFFERENT} different characters; ${MAKE_ONE}`;
  return undefined;
}

/**
 * A key of its own for each salt: SHA-256 of salt and secret. With hmac() it makes what Django's salted_hmac() does, so that values can be
 * shared with a Django site.
 */
export function derivedKey(salt: string, key: string): Buffer {
  return createHash('sha256').update(salt).update(key).digest();
}

/** HMAC-SHA256 (RFC 2104) of text as base64url without padding. */
export function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Whether two texts are equal, in a time that depends on their lengths alone. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)];
  return first.byteLength === second.byteLength && timingSafeEqual(first, second);
}
