/**
 * Cookies that only this application can have made: signed with its secret key, for one name and salt. Any thread.
 */
import { FastServeError } from '../../errors.ts';
import { BadSignature, type SigningKeys, TimestampSigner } from '../../signing/index.ts';

/** How a signed cookie is checked. */
export interface SignedCookieOptions {
  /** Seconds since the cookie was signed that are accepted, whatever the user agent did about Max-Age. */
  maxAge?: number;
  /** Must be the one that the cookie was set with; "" by default. */
  salt?: string;
}

/** By keys and salt: making one derives keys and checks the secret ones, which takes longer than a signature. */
const signers = new WeakMap<SigningKeys, Map<string, TimestampSigner>>();
/** Of one application. Salts are words of programs, so a few suffice. */
const MOST_SALTS = 64;

/** A signer with an application's keys. FastServeError (FS_APP) when it has none; `caller` begins the message. */
export function signerWith(keys: SigningKeys | null, salt: string, caller: string): TimestampSigner {
  if (keys !== null) return signerOf(keys, salt);
  throw new FastServeError(
    'FS_APP',
    `${caller}: the application has no secret key; give it one: defineApp({ secretKey: process.env.SECRET_KEY, ... }), ` +
      '32 random characters or more, the same in every process',
  );
}

function signerOf(keys: SigningKeys, salt: string): TimestampSigner {
  let bySalt = signers.get(keys);
  if (bySalt === undefined) signers.set(keys, (bySalt = new Map()));
  const known = bySalt.get(salt);
  if (known !== undefined) return known;
  const made = new TimestampSigner({ ...keys, salt });
  if (bySalt.size < MOST_SALTS) bySalt.set(salt, made);
  return made;
}

/** What a cookie's signature is made for. A ":" is no part of a name, so two pairs of name and salt never give one text. */
export function cookieSalt(name: string, salt: string): string {
  return `fastserve.cookie:${name}:${salt}`;
}

/** The value of a signed cookie; undefined for one that is forged, for another name or too old. */
export function unsignCookie(signer: TimestampSigner, signed: string, maxAge: number | undefined): string | undefined {
  try {
    return signer.unsign(signed, maxAge === undefined ? {} : { maxAge });
  } catch (error) {
    if (error instanceof BadSignature) return undefined;
    throw error;
  }
}
