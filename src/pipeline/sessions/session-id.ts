/** Identifiers of sessions that are kept on the server: 256 random bits. */
import { randomBytes } from 'node:crypto';

const ID_BYTES = 32;
const ID = /^[A-Za-z0-9_-]{43}$/;

export function newSessionId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** Whether a cookie's value has the form of an identifier; others need not be looked up. */
export function isSessionId(value: string): boolean {
  return ID.test(value);
}
