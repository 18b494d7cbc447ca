/**
 * Interpreting request content: charset, coding and media type (RFC 9110 8.3, 8.4). Any thread.
 */
import type { GatewayRequest } from '../../gateway/contract.ts';
import { BadRequest, UnsupportedMediaType } from '../errors.ts';
import { type MediaType, parseMediaType } from './media-type.ts';

const URL_ENCODED = 'application/x-www-form-urlencoded';
export const MULTIPART = 'multipart/form-data';
const FORM_TYPES = `${URL_ENCODED}, ${MULTIPART}`;
const UTF8_LABELS = new Set(['utf-8', 'utf8', 'us-ascii']);

/** The media type that Content-Type gives, null without one. 400 for a value that is none. */
export function mediaTypeOf(request: GatewayRequest): MediaType | null {
  const field = request.field('content-type');
  if (field === undefined) return null;
  const type = parseMediaType(field);
  if (type === undefined) throw new BadRequest(`Content-Type is not a media type: ${JSON.stringify(field.slice(0, 100))}`);
  return type;
}

/** Text in a charset, UTF-8 without one; broken sequences become U+FFFD. 415 for an unknown charset. */
export function decodeText(bytes: Uint8Array, label = 'utf-8'): string {
  return decoderFor(label, false).decode(bytes);
}

/** As decodeText, but 400 for broken sequences; `what` begins its message: 'The field "name"'. */
export function decodeExactly(bytes: Uint8Array, what: string, label = 'utf-8'): string {
  const decoder = decoderFor(label, true);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BadRequest(`${what} is not valid ${label.toUpperCase()}`, { cause });
  }
}

function decoderFor(label: string, fatal: boolean): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label, { fatal });
  } catch {
    throw unsupportedCharset(label);
  }
}

/** 415 unless the type has no charset or one that UTF-8 covers: for formats that are UTF-8 by definition. */
export function requireUtf8(type: MediaType | null): void {
  const label = type?.parameters.get('charset');
  if (label !== undefined && !UTF8_LABELS.has(label.toLowerCase())) throw unsupportedCharset(label);
}

function unsupportedCharset(label: string): UnsupportedMediaType {
  return new UnsupportedMediaType(`The charset ${JSON.stringify(label.slice(0, 40))} of the content is not supported`);
}

/** 415 for content that is compressed: nothing here decodes it. */
export function refuseCodings(request: GatewayRequest): void {
  const coding = request.field('content-encoding');
  if (coding === undefined || coding.toLowerCase() === 'identity') return;
  throw new UnsupportedMediaType('Content with a Content-Encoding is not supported', { headers: { 'accept-encoding': 'identity' } });
}

/** The type of a form; 415 for content that is none. */
export function requireForm(request: GatewayRequest): MediaType {
  const type = mediaTypeOf(request);
  if (type?.name === URL_ENCODED || type?.name === MULTIPART) return type;
  const found = type === null ? 'the content has no Content-Type' : `the content is ${type.name.slice(0, 100)}`;
  throw new UnsupportedMediaType(`Expected a form as ${URL_ENCODED} or ${MULTIPART}: ${found}`, { headers: { accept: FORM_TYPES } });
}
