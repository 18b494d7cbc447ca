/**
 * Doing what a response has deferred (rendering its template). Runs before the layer around the view sees the response.
 */
import type { ResponseBody } from '../gateway/contract.ts';
import type { Response } from '../http/response.ts';

/** Gives the response with its body in place; a promise only when making the body needs one. Throws or rejects as that does. */
export function completeResponse(response: Response): Response | Promise<Response> {
  const deferred = response.deferred;
  if (deferred === null) return response;
  response.deferred = null;
  const body = deferred();
  if (body instanceof Promise) return body.then((ready: ResponseBody) => withBody(response, ready));
  return withBody(response, body);
}

function withBody(response: Response, body: ResponseBody): Response {
  response.body = body;
  return response;
}
