/**
 * Interpreting request content: charset, coding and media type (RFC 9110 8.3, 8.4). Any thread.
 */
import type { GatewayRequest } from '../gateway/contract.ts';
import { BadRequest, UnsupportedMediaType } from './errors.ts';
import { QueryParams } from './query-params.ts';

/** More pairs than this in one form are an attack on whoever loops over them. */
const MAX_FORM_PAIRS = 1000;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Text in the charset that Content-Type names, UTF-8 without one; broken sequences become U+FFFD. 415 for an unknown charset. */
export function decodeText(request: GatewayRequest, bytes: Uint8Array): string {
  const label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.field('content-type') ?? '')?.[1] ?? 'utf-8';
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(label);
  } catch {
    throw new UnsupportedMediaType(`The charset ${JSON.stringify(label.slice(0, 40))} of the content is not supported`);
  }
  return decoder.decode(bytes);
}

/** Strict UTF-8, as JSON must be (RFC 8259 8.1): 400 otherwise. */
export function decodeJsonText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BadRequest('The request content is not JSON: it is not valid UTF-8', { cause });
  }
}

/** 415 for content that is compressed: nothing here decodes it. */
export function refuseCodings(request: GatewayRequest): void {
  const coding = request.field('content-encoding');
  if (coding === undefined || coding.toLowerCase() === 'identity') return;
  throw new UnsupportedMediaType('Content with a Content-Encoding is not supported', { headers: { 'accept-encoding': 'identity' } });
}

/** 415 unless the content is a url-encoded form. */
export function requireForm(request: GatewayRequest): void {
  const type = (request.field('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === FORM_TYPE) return;
  const found = type === 'multipart/form-data' ? 'multipart forms are not supported' : 'the content is not a form';
  throw new UnsupportedMediaType(`Expected a form as ${FORM_TYPE}: ${found}`, { headers: { accept: FORM_TYPE } });
}

/** The pairs of a url-encoded form; 400 when there are too many. */
export function parseForm(text: string): QueryParams {
  const form = QueryParams.parse(text, MAX_FORM_PAIRS);
  if (form === undefined) throw new BadRequest(`The form has more than ${MAX_FORM_PAIRS} fields`);
  return form;
}
