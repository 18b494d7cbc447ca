/**
 * Short ways to make a response. Any thread.
 */
import { defineHead } from '../../gateway/contract.ts';
import { Response, type ResponseInit } from '../response.ts';

const HTML = defineHead(['content-type', 'text/html; charset=utf-8']);
const TEXT = defineHead(['content-type', 'text/plain; charset=utf-8']);
const JSON_TYPE = defineHead(['content-type', 'application/json']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** An HTML page. */
export function html(body: string, init?: ResponseInit): Response {
  return new Response(body, init, HTML);
}

/** Plain text. */
export function text(body: string, init?: ResponseInit): Response {
  return new Response(body, init, TEXT);
}

/** A value as JSON. TypeError for one that has no JSON form (undefined, a function, a cycle, a bigint). */
export function json(value: unknown, init?: ResponseInit): Response {
  const body = JSON.stringify(value) as string | undefined;
  if (body === undefined) throw new TypeError(`json(): a value of type ${typeof value} has no JSON form`);
  return new Response(body, init, JSON_TYPE);
}

/** A body in pieces, streamed as they come. HTML unless headers say otherwise. Leaving early calls the iterable's return(). */
export function stream(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  init?: ResponseInit,
): Response {
  return new Response(Symbol.asyncIterator in pieces ? pieces : asynchronous(pieces), init, HTML);
}

/** An answer without content, 204 by default. */
export function empty(status = 204): Response {
  return new Response(null, { status });
}

/**
 * Sends the client to another place: a path or an http(s) URL. Characters that a URL cannot hold are percent-encoded.
 * TypeError for another scheme (a "javascript:" that came from a parameter) or a status that is no redirect.
 */
export function redirect(location: string, status = 302): Response {
  if (!REDIRECTS.has(status)) throw new TypeError(`redirect(): status ${String(status)} is none of 301, 302, 303, 307, 308`);
  const scheme = /^[\s\x00-\x1f]*([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new TypeError(`redirect(): the scheme '${scheme}' is not allowed; give a path or an http(s) URL`);
  }
  return new Response(null, { status, headers: [['location', encodeLocation(location)]] });
}

/** RFC 3987 3.1: everything outside visible ASCII as percent-encoded UTF-8. What is already encoded stays. */
function encodeLocation(location: string): string {
  return location.replace(/[^\x21-\x7e]+/g, (run) => Buffer.from(run, 'utf8').toString('hex').replace(/../g, '%$&').toUpperCase());
}

async function* asynchronous(pieces: Iterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield* pieces;
}
