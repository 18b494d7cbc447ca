/** Small tools of middlewares for the way out. Any thread. */
import type { Response } from '../../http/response.ts';

/** Applies `finish` to what next() gave: at once when it is there, so that a synchronous chain stays synchronous. */
export function onResponse(
  response: Response | Promise<Response>,
  finish: (response: Response) => Response | Promise<Response>,
): Response | Promise<Response> {
  return response instanceof Promise ? response.then(finish) : finish(response);
}

/** Adds a name to Vary unless it is there, or "*" is (RFC 9110 12.5.5). */
export function addVary(response: Response, name: string): void {
  const { headers } = response;
  const vary = headers.get('vary');
  if (vary === undefined) {
    headers.set('vary', name);
    return;
  }
  const names = vary.split(',').map((each) => each.trim().toLowerCase());
  if (!names.includes('*') && !names.includes(name.toLowerCase())) headers.set('vary', `${vary}, ${name}`);
}
