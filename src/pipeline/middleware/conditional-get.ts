/**
 * conditionalGet(): an ETag for pages that have none, and 304 for clients that have the page, after Django's
 * ConditionalGetMiddleware. It saves the sending, not the making; conditional() around a view saves both.
 */
import { hash } from 'node:crypto';
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { bodyless, evaluate, isEntityTag } from '../conditional.ts';
import type { Middleware } from './chain.ts';
import { addLine } from './field-block.ts';
import { onResponse } from './finish.ts';

/** Works on answers with status 200 to GET and HEAD; streams and those with Cache-Control: no-store pass as they are. */
export function conditionalGet(): Middleware {
  return function conditionalGet(request, next) {
    const response = next();
    if (request.method !== 'GET' && request.method !== 'HEAD') return response;
    return onResponse(response, (ready) => finish(request, ready));
  };
}

function finish(request: Request, response: Response): Response {
  if (response.status !== 200) return response;
  const { headers, body } = response;
  if (headers.get('cache-control')?.includes('no-store') === true) return response;
  // Weak: the front may compress the content.
  if (!headers.has('etag') && (typeof body === 'string' || body instanceof Uint8Array)) addLine(response, 'etag', weakTag(body));
  const etag = headers.get('etag');
  const modified = Date.parse(headers.get('last-modified') ?? '');
  const verdict = evaluate(request, {
    etag: etag !== undefined && isEntityTag(etag) ? etag : undefined,
    lastModified: Number.isNaN(modified) ? undefined : new Date(modified),
  });
  return verdict === 'go' ? response : bodyless(verdict, response);
}

function weakTag(body: string | Uint8Array): string {
  return `W/"${hash('sha1', body, 'base64url')}"`;
}
