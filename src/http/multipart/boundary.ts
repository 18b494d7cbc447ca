/**
 * The boundary of a multipart form (RFC 2046 5.1.1). Any thread.
 */
import { BadRequest } from '../errors.ts';
import type { MediaType } from '../content/media-type.ts';

/** 1 to 70 characters of a small set, the last one no blank. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** 400 when Content-Type gives none, or one that cannot be. */
export function boundaryOf(type: MediaType): string {
  const boundary = type.parameters.get('boundary');
  if (boundary === undefined) throw new BadRequest('The multipart form has no boundary in its Content-Type');
  if (!BOUNDARY.test(boundary)) throw new BadRequest('The boundary of the multipart form is not 1 to 70 characters that RFC 2046 allows');
  return boundary;
}
