/** conditional(): 304 and 412 before the view runs, after Django's condition(). */
import type { Request } from '../../../http/request.ts';
import { Response } from '../../../http/response.ts';
import { checkKeys } from '../../check-options.ts';
import { bodyless, evaluate, isEntityTag, type Validators } from '../../conditional.ts';
import { wrapView } from '../../view-marks.ts';
import { toResponse } from '../to-response.ts';
import type { View } from '../view.ts';

type Maybe<Value> = Value | undefined | Promise<Value | undefined>;

/** What is cheap to know of the answer before it is made; undefined where there is none. */
export interface ConditionSources<Params extends object> {
  /** Without quotes it gets them: 'v7' is sent as "v7". */
  etag?: (request: Request, params: Params) => Maybe<string>;
  lastModified?: (request: Request, params: Params) => Maybe<Date>;
}

/**
 * conditional({ etag: (request, { id }) => versionOf(id) }, view): the view runs only when the client does not have its answer
 * yet; a change that was asked for on a condition (If-Match) is refused when that does not hold. The fields are set on its answer.
 */
export function conditional<Params extends object>(sources: ConditionSources<Params>, view: View<Params>): View<Params> {
  checkKeys('conditional()', sources, ['etag', 'lastModified']);
  const source = `view '${view.name || 'anonymous'}'`;
  const wrapper: View<Params> = async (request, params) => {
    const etag = await sources.etag?.(request, params);
    const validators: Validators = { etag: etag === undefined ? undefined : quoted(etag), lastModified: await sources.lastModified?.(request, params) };
    const verdict = evaluate(request, validators);
    if (verdict !== 'go') return withValidators(bodyless(verdict, new Response()), validators);
    const response = toResponse(await view(request, params), source);
    const isSafe = request.method === 'GET' || request.method === 'HEAD';
    return isSafe && response.status === 200 ? withValidators(response, validators) : response;
  };
  return wrapView(view as View, wrapper as View) as View<Params>;
}

function withValidators(response: Response, { etag, lastModified }: Validators): Response {
  if (etag !== undefined && !response.headers.has('etag')) response.headers.append('etag', etag);
  if (lastModified !== undefined && !response.headers.has('last-modified')) response.headers.append('last-modified', lastModified.toUTCString());
  return response;
}

function quoted(etag: string): string {
  if (isEntityTag(etag)) return etag;
  if (isEntityTag(`"${etag}"`)) return `"${etag}"`;
  throw new TypeError(`conditional(): ${JSON.stringify(etag.slice(0, 60))} is no entity-tag (RFC 9110 8.8.3)`);
}
