/**
 * What a view is. Types only.
 */
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';

/** What a view may return: a Response, a string (an HTML page), or a plain object or array (JSON). */
export type ViewResult = Response | string | object;

/**
 * Answers a request. `params` are the path parameters of the pattern, converted; the same as request.params, but typed when
 * the view is written inside path(). Without its type argument View leaves them untyped (any), because a view that is declared
 * apart from its pattern cannot know them.
 */
export type View<Params extends object = Record<string, any>> = (
  request: Request,
  params: Params,
) => ViewResult | Promise<ViewResult>;
