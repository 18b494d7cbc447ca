/** Puts the live script into HTML answers. The worker's thread. */
import { type BodyPiece, type FlatFields, GatheredPage, Head, type ResponseBody } from '../gateway/contract.ts';
import { pageBytes } from '../gateway/answers/page-body.ts';
import { liveScript } from './live-script.ts';

/** Of the page without the script; a page from a cache would have an old version and reload for ever. */
const REPLACED = new Set(['content-length', 'etag', 'last-modified', 'cache-control']);

const BODY_END = '</body>';

export interface Content {
  readonly fields: FlatFields | Head;
  readonly body: ResponseBody;
}

/** The answer with the script in it, when it is an HTML page whose bytes are here; else as it is. */
export function injectScript(content: Content, version: number): Content {
  const flat = content.fields instanceof Head ? content.fields.fields : content.fields;
  const isHtml = /^text\/html\b/i.test(fieldOf(flat, 'content-type') ?? '');
  if (!isHtml || fieldOf(flat, 'content-encoding') !== undefined) return content;
  const body = withScript(content.body, liveScript(version));
  if (body === null) return content;
  const kept = flat.flatMap((name, index) => (index % 2 === 0 && !REPLACED.has(name.toLowerCase()) ? [name, flat[index + 1] as string] : []));
  return { fields: [...kept, 'cache-control', 'no-store'], body };
}

/** The first value of the field with this lower-case name. */
export function fieldOf(flat: FlatFields, name: string): string | undefined {
  const index = flat.findIndex((candidate, position) => position % 2 === 0 && candidate.toLowerCase() === name);
  return index === -1 ? undefined : flat[index + 1];
}

/** null when nothing can be added: no content, or bytes that only the front has. */
function withScript(body: ResponseBody, script: string): ResponseBody {
  if (body === null) return null;
  if (typeof body === 'string') {
    const end = body.toLowerCase().lastIndexOf(BODY_END);
    return end === -1 ? body + script : body.slice(0, end) + script + body.slice(end);
  }
  if (body instanceof GatheredPage) return bytesWith(pageBytes(body), script);
  if (body instanceof Uint8Array) return bytesWith(body, script);
  return Symbol.asyncIterator in body ? followedBy(body, script) : null;
}

function bytesWith(body: Uint8Array, script: string): Uint8Array {
  const end = Buffer.from(body.buffer, body.byteOffset, body.byteLength).lastIndexOf(BODY_END);
  const at = end === -1 ? body.length : end;
  return Buffer.concat([body.subarray(0, at), Buffer.from(script), body.subarray(at)]);
}

async function* followedBy(pieces: AsyncIterable<BodyPiece>, last: string): AsyncGenerator<BodyPiece> {
  yield* pieces;
  yield last;
}
