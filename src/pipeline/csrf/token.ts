/**
 * CSRF secrets and tokens. The secret is in a cookie; a page holds a token: the secret under a mask that is different each time,
 * so that compressed pages do not give it away bit by bit (BREACH). Any thread.
 *
 *   secret  base64url of 24 random bytes                     32 characters
 *   token   base64url of mask (24 bytes) and mask ^ secret   64 characters
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 24;
const SECRET = /^[A-Za-z0-9_-]{32}$/;
const TOKEN = /^[A-Za-z0-9_-]{64}$/;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Whether a cookie's value has the form of a secret. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** A new token for a secret. */
export function maskSecret(secret: string): string {
  const mask = randomBytes(SECRET_BYTES);
  return Buffer.concat([mask, exclusiveOr(mask, Buffer.from(secret, 'base64url'))]).toString('base64url');
}

/** Whether what a client sent is a token for the secret, or the secret itself, which scripts read from the cookie. */
export function tokenFits(sent: string, secret: string): boolean {
  const expected = Buffer.from(secret, 'base64url');
  if (SECRET.test(sent)) return timingSafeEqual(Buffer.from(sent, 'base64url'), expected);
  if (!TOKEN.test(sent)) return false;
  const bytes = Buffer.from(sent, 'base64url');
  return timingSafeEqual(exclusiveOr(bytes.subarray(0, SECRET_BYTES), bytes.subarray(SECRET_BYTES)), expected);
}

function exclusiveOr(mask: Uint8Array, bytes: Uint8Array): Buffer {
  const result = Buffer.alloc(SECRET_BYTES);
  for (let i = 0; i < SECRET_BYTES; i++) result[i] = (mask[i] as number) ^ (bytes[i] as number);
  return result;
}
