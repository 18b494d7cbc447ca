/** Puts the live script into HTML answers. Pure functions; the worker's thread. */
import { type FlatFields, Head, type ResponseBody } from '../gateway/contract.ts';
import { liveScript } from './live-script.ts';

/** Of the page without the script; a page from a cache would have an old version and reload for ever. */
const REPLACED = new Set(['content-length', 'etag', 'last-modified', 'cache-control']);

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
    const end = body.toLowerCase().lastIndexOf('</body>');
    return end === -1 ? body + script : body.slice(0, end) + script + body.slice(end);
  }
  if (body instanceof Uint8Array) return Buffer.concat([body, Buffer.from(script)]);
  return Symbol.asyncIterator in body ? followedBy(body, script) : null;
}

async function* followedBy(pieces: AsyncIterable<string | Uint8Array>, last: string): AsyncGenerator<string | Uint8Array> {
  yield* pieces;
  yield last;
}
