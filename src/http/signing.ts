/**
 * Signed text, after Django's django.core.signing: HMAC-SHA256 under a key that is derived for each purpose. Signed is not
 * secret: the value can be read by whoever holds it. Any thread.
 */
import { createHmac, createHash, timingSafeEqual } from 'node:crypto';

/** A text whose signature does not fit, or that is too old. */
export class BadSignature extends Error {
  override readonly name: string = 'BadSignature';
}

export interface SignerOptions {
  /** Keeps what was signed for one purpose from being used for another. */
  salt?: string;
  /** Older keys, whose signatures still count. */
  fallbacks?: readonly string[];
}

const SEPARATOR = ':';
const MIN_KEY_LENGTH = 32;

export class Signer {
  /** Derived; the one that signs first. */
  readonly #keys: readonly Buffer[];

  /** TypeError for a key or a fallback that is too short to be secret. */
  constructor(key: string, { salt = 'fastserve.signing', fallbacks = [] }: SignerOptions = {}) {
    this.#keys = [key, ...fallbacks].map((each) => deriveKey(each, salt));
  }

  /** The value with its signature behind a colon. */
  sign(value: string): string {
    return value + SEPARATOR + signatureOf(this.#keys[0] as Buffer, value);
  }

  /** The value again. BadSignature unless one of the keys has signed it. */
  unsign(signed: string): string {
    const at = signed.lastIndexOf(SEPARATOR);
    if (at === -1) throw new BadSignature('there is no signature');
    const value = signed.slice(0, at);
    const signature = Buffer.from(signed.slice(at + 1), 'latin1');
    for (const key of this.#keys) {
      const expected = Buffer.from(signatureOf(key, value), 'latin1');
      if (expected.length === signature.length && timingSafeEqual(expected, signature)) return value;
    }
    throw new BadSignature('the signature does not fit');
  }
}

/** Signs the time along. */
export class TimestampSigner extends Signer {
  override sign(value: string): string {
    return super.sign(value + SEPARATOR + Date.now().toString(36));
  }

  /** The value again. BadSignature also when it was signed more than `maxAgeMs` ago. */
  override unsign(signed: string, { maxAgeMs = Infinity }: { maxAgeMs?: number } = {}): string {
    const dated = super.unsign(signed);
    const at = dated.lastIndexOf(SEPARATOR);
    const ageMs = Date.now() - Number.parseInt(dated.slice(at + 1), 36);
    // Not "age > limit": a date that is none must not pass.
    if (at === -1 || !(ageMs <= maxAgeMs)) throw new BadSignature(`it was signed more than ${maxAgeMs} ms ago`);
    return dated.slice(0, at);
  }
}

function deriveKey(key: string, salt: string): Buffer {
  if (typeof key !== 'string' || key.length < MIN_KEY_LENGTH) {
    throw new TypeError(`a signing key of ${String(key?.length ?? 0)} characters is too short; expected at least ${MIN_KEY_LENGTH}, made at random`);
  }
  return createHash('sha256').update(`${salt}\0${key}`).digest();
}

function signatureOf(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}
