/**
 * conditionalGet(): an ETag for pages that have none, and 304 for clients that have the page, after Django's
 * ConditionalGetMiddleware. It saves the sending, not the making; conditional() around a view saves both.
 */
import { ContentTags } from '../../gateway/answers/content-tags.ts';
import { type Request, servicesOf } from '../../http/request.ts';
import { addFieldLine, fieldValue, type Response } from '../../http/response.ts';
import { bodyless, evaluate, isEntityTag } from '../conditional.ts';
import type { Middleware } from './chain.ts';
import { onResponse } from './finish.ts';

/** For requests that no application runs. */
const KEYLESS = new ContentTags('');

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
  const { body } = response;
  if (fieldValue(response, 'cache-control')?.includes('no-store') === true) return response;
  let etag = fieldValue(response, 'etag');
  if (etag === undefined && (typeof body === 'string' || body instanceof Uint8Array)) {
    etag = (servicesOf(request)?.contentTags ?? KEYLESS).of(body);
    addFieldLine(response, 'etag', etag);
  } else if (etag !== undefined && !isEntityTag(etag)) {
    etag = undefined;
  }
  const verdict = evaluate(request, { etag, lastModified: dateOf(fieldValue(response, 'last-modified')) });
  return verdict === 'go' ? response : bodyless(verdict, response);
}

function dateOf(field: string | undefined): Date | undefined {
  const time = field === undefined ? NaN : Date.parse(field);
  return Number.isNaN(time) ? undefined : new Date(time);
}
