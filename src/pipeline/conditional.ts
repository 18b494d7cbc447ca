/**
 * Conditional requests (RFC 9110 13) for what an application answers. The front does the same for files. Any thread.
 */
import type { Request } from '../http/request.ts';
import { Response } from '../http/response.ts';

/** What is known of the current representation; undefined where it is not known. */
export interface Validators {
  /** An entity-tag with its quotes: '"abc"' or 'W/"abc"'. */
  etag?: string | undefined;
  lastModified?: Date | undefined;
}

/** go: answer as ever. 304 and 412 answer without content. */
export type Verdict = 'go' | 304 | 412;

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const WHOLE_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
/** Repeated with a 304 (RFC 9110 15.4.5); the other fields describe content that is not sent. */
const KEPT_WITH_304 = ['cache-control', 'content-location', 'date', 'etag', 'expires', 'last-modified', 'set-cookie', 'vary'];

export function isEntityTag(text: string): boolean {
  return WHOLE_TAG.test(text);
}

/** The precedence of RFC 9110 13.2.2. If-Range belongs to ranges, which applications do not serve. */
export function evaluate(request: Request, { etag, lastModified }: Validators): Verdict {
  const { headers } = request;
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined) {
    if (!listHas(ifMatch, etag, true)) return 412;
  } else if (lastModified !== undefined && isAfter(lastModified, headers.get('if-unmodified-since'), true)) {
    return 412;
  }
  const ifNoneMatch = headers.get('if-none-match');
  const isSafe = request.method === 'GET' || request.method === 'HEAD';
  if (ifNoneMatch !== undefined) return listHas(ifNoneMatch, etag, false) ? (isSafe ? 304 : 412) : 'go';
  return lastModified !== undefined && isSafe && isAfter(lastModified, headers.get('if-modified-since'), false) ? 304 : 'go';
}

/** The answer for a verdict, with what a 304 must repeat of the response that it stands for. */
export function bodyless(status: 304 | 412, like: Response): Response {
  const headers: [string, string][] = [];
  if (status === 304) for (const line of like.headers) if (KEPT_WITH_304.includes(line[0])) headers.push(line);
  return new Response(null, { status, headers });
}

/** Strong comparison for If-Match, weak for If-None-Match (RFC 9110 8.8.3.2). "*" is any current representation. */
function listHas(list: string, etag: string | undefined, strong: boolean): boolean {
  if (list.trim() === '*') return true;
  if (etag === undefined || (strong && etag.startsWith('W/'))) return false;
  const wanted = opaque(etag);
  return (list.match(ENTITY_TAG) ?? []).some((each) => (strong ? each === etag : opaque(each) === wanted));
}

function opaque(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}

/** Whether the date is later than that of the field (`later`), or not later than it. False for a field that is missing or no date. */
function isAfter(date: Date, field: string | undefined, later: boolean): boolean {
  if (field === undefined) return false;
  const limit = Date.parse(field);
  if (Number.isNaN(limit)) return false;
  // Field dates have whole seconds.
  return Math.floor(date.getTime() / 1000) > Math.floor(limit / 1000) === later;
}
