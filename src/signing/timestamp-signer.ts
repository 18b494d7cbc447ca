/**
 * TimestampSigner: signed values that know when they were signed, so that a reader can refuse old ones. Any thread.
 *
 *   value ":" seconds since 1970, base 62 ":" HMAC-SHA256(all before), base64url
 */
import { BadSignature, SignatureExpired } from './errors.ts';
import { decodeObject } from './signed-object.ts';
import { Signer } from './signer.ts';

/** How old a signed value may be. */
export interface UnsignOptions {
  /** Seconds since the signing that are accepted; without it age does not matter. */
  maxAge?: number;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A Signer whose values know when they were signed, to the second. */
export class TimestampSigner extends Signer {
  /** The value with time and signature behind it. */
  override sign(value: string): string {
    return super.sign(`${value}${this.separator}${toBase62(Math.floor(Date.now() / 1000))}`);
  }

  /** The value that sign() was given. SignatureExpired when it is older than maxAge, BadSignature for anything else. */
  override unsign(signed: string, options: UnsignOptions = {}): string {
    const { maxAge } = options;
    if (maxAge !== undefined && !(maxAge >= 0)) throw new TypeError(`TimestampSigner: maxAge is ${String(maxAge)}; expected seconds, 0 or more`);
    const stamped = super.unsign(signed);
    const at = stamped.lastIndexOf(this.separator);
    const signedAt = at === -1 ? undefined : fromBase62(stamped.slice(at + this.separator.length));
    if (signedAt === undefined) throw new BadSignature('The signed value has no time');
    const age = Date.now() / 1000 - signedAt;
    if (maxAge !== undefined && age > maxAge) throw new SignatureExpired('The signed value is too old');
    return stamped.slice(0, at);
  }

  /** As unsignObject() of Signer, with a limit on the age. */
  override unsignObject<Value = unknown>(signed: string, options: UnsignOptions = {}): Value {
    return decodeObject(this.unsign(signed, options)) as Value;
  }
}

function toBase62(value: number): string {
  let text = '';
  for (let rest = value; rest > 0 || text === ''; rest = Math.floor(rest / 62)) text = `${DIGITS[rest % 62]}${text}`;
  return text;
}

/** undefined for a text that is no number, or one beyond any time. */
function fromBase62(text: string): number | undefined {
  if (!/^[0-9A-Za-z]{1,9}$/.test(text)) return undefined;
  let value = 0;
  for (const digit of text) value = value * 62 + DIGITS.indexOf(digit);
  return value;
}
