/**
 * Signer: texts that can be handed out and known again, as in Django's django.core.signing. The text stays readable; a
 * signature proves that somebody with the key made it. Any thread.
 *
 *   value ":" HMAC-SHA256(value), base64url
 */
import { BadSignature } from './errors.ts';
import { derivedKey, equalInConstantTime, hmac, secretKeyProblem } from './keys.ts';
import { decodeObject, encodeObject, type ObjectOptions } from './signed-object.ts';

/** What Signer and TimestampSigner take. */
export interface SignerOptions {
  /** The secret key, at least 32 characters. */
  key: string;
  /** Earlier keys that are still accepted, so that a key can be replaced. */
  fallbacks?: readonly string[];
  /** What the value is for. A value that was signed with one salt is refused with another. */
  salt?: string;
  /** Between value and signature, ":" by default. */
  separator?: string;
}

const KNOWN = new Set(['key', 'fallbacks', 'salt', 'separator']);
/** A separator of these alone could be part of a signature. */
const UNSAFE_SEPARATOR = /^[A-Za-z0-9\-_=]*$/;

/** Signs texts and knows them again, as django.core.signing does. The text stays readable. */
export class Signer {
  /** Derived: the one that signs, then those that are still accepted. */
  readonly #keys: readonly [Buffer, ...Buffer[]];
  readonly #separator: string;

  /** TypeError for a key that is missing or weak, an unknown option, or a separator that signatures may contain. */
  constructor(options: SignerOptions) {
    const { key, fallbacks = [], salt = `fastserve.${new.target.name}`, separator = ':' } = options;
    const problem = problemOf(options, [key, ...fallbacks], separator);
    if (problem !== undefined) throw new TypeError(`${new.target.name}: ${problem}`);
    const derived = (each: string): Buffer => derivedKey(`${salt}signer`, each);
    this.#keys = [derived(key), ...fallbacks.map(derived)];
    this.#separator = separator;
  }

  /** The value with separator and signature behind it. */
  sign(value: string): string {
    return `${value}${this.#separator}${hmac(this.#keys[0], value)}`;
  }

  /** The value that sign() was given; BadSignature for anything else. Takes constant time for one length. */
  unsign(signed: string): string {
    const at = signed.lastIndexOf(this.#separator);
    if (at === -1) throw new BadSignature('The signed value has no signature');
    const value = signed.slice(0, at);
    const signature = signed.slice(at + this.#separator.length);
    for (const key of this.#keys) {
      if (equalInConstantTime(signature, hmac(key, value))) return value;
    }
    throw new BadSignature('The signature of the value does not match');
  }

  /** Any value that has a JSON form, signed, in characters that URLs and cookies may hold. TypeError for one without. */
  signObject(value: unknown, options: ObjectOptions = {}): string {
    return this.sign(encodeObject(value, options));
  }

  /** The value that signObject() was given; BadSignature for anything else. */
  unsignObject<Value = unknown>(signed: string): Value {
    return decodeObject(this.unsign(signed)) as Value;
  }

  /** For subclasses that put more into the value. */
  protected get separator(): string {
    return this.#separator;
  }
}

function problemOf(options: SignerOptions, keys: readonly unknown[], separator: string): string | undefined {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return `unknown option '${unknown}'; expected one of ${[...KNOWN].join(', ')}`;
  for (const [index, key] of keys.entries()) {
    const problem = secretKeyProblem(key);
    if (problem !== undefined) return `${index === 0 ? 'key' : `fallbacks[${index - 1}]`} ${problem}`;
  }
  if (!UNSAFE_SEPARATOR.test(separator)) return undefined;
  return `the separator ${JSON.stringify(separator)} could be part of a signature; use ":"`;
}
