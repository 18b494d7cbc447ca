/** Wraps a view so that its response is looked at before any middleware sees it. */
import type { Request } from '../../../http/request.ts';
import { Response } from '../../../http/response.ts';
import { wrapView } from '../../view-marks.ts';
import { toResponse } from '../to-response.ts';
import type { View } from '../view.ts';

/** A view that answers with what `finish` makes of the response. Errors of the view pass by. */
export function afterView<Params extends object>(view: View<Params>, finish: (response: Response, request: Request, params: Params) => Response): View<Params> {
  const source = `view '${view.name || 'anonymous'}'`;
  const wrapper: View<Params> = (request, params) => {
    const result = view(request, params);
    if (result instanceof Promise) return result.then((ready) => finish(toResponse(ready, source), request, params));
    return finish(toResponse(result, source), request, params);
  };
  return wrapView(view as View, wrapper as View) as View<Params>;
}
