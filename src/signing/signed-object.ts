/**
 * The text form of values that are signed: JSON as base64url, deflated behind a "." where that is asked for and shorter.
 * The same as in Django. Any thread.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { BadSignature } from './errors.ts';

/** How signObject() writes a value. */
export interface ObjectOptions {
  /** Deflate the JSON when that makes it shorter. false by default: small values grow. */
  compress?: boolean;
}

/** Whoever holds a key could still sign a small text that inflates without end. */
const MAX_INFLATED_BYTES = 16 << 20;

/** TypeError for a value without a JSON form. */
export function encodeObject(value: unknown, { compress = false }: ObjectOptions): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`signObject(): a value of type ${typeof value} has no JSON form`);
  const bytes = Buffer.from(json, 'utf8');
  if (!compress) return bytes.toString('base64url');
  const deflated = deflateSync(bytes);
  return deflated.byteLength < bytes.byteLength - 1 ? `.${deflated.toString('base64url')}` : bytes.toString('base64url');
}

/** BadSignature for a text that encodeObject() did not make: it was signed, but as something else. */
export function decodeObject(text: string): unknown {
  try {
    const isDeflated = text.startsWith('.');
    const bytes = Buffer.from(isDeflated ? text.slice(1) : text, 'base64url');
    const json = isDeflated ? inflateSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }) : bytes;
    return JSON.parse(json.toString('utf8')) as unknown;
  } catch {
    throw new BadSignature('The signed value is not an object that was signed');
  }
}
