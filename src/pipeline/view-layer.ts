/**
 * The innermost layer: finds the route and runs its view. Runs on the application's thread.
 */
import { MethodNotAllowed, NotFound } from '../http/errors.ts';
import { assignMatch, gatewayOf, matchOf, type Request } from '../http/request.ts';
import { Response } from '../http/response.ts';
import { guard, type Handler, type HookTable, type LayerSupport, runViewHooks, withExceptionHooks } from './middleware/index.ts';
import { type Resolution, type Route, resolve } from './urls/index.ts';
import { toResponse, type View } from './views/index.ts';

/** Resolves a request and assigns its match, if there is one. Never throws. */
export function locate(routes: readonly Route[], request: Request, appendSlash: boolean): Resolution {
  const resolution = resolve(routes, gatewayOf(request), appendSlash);
  if (resolution.kind === 'route') assignMatch(request, resolution.route, resolution.params);
  return resolution;
}

/** The layer inside all middlewares, with their hooks. `viewOf`: the function to call for a route, its own view by default. */
export function makeViewLayer(routes: readonly Route[], appendSlash: boolean, support: LayerSupport, hooks: HookTable, viewOf: (route: Route) => View = ownView): Handler {
  const run = (request: Request): unknown => {
    if (matchOf(request) === null) {
      const resolution = locate(routes, request, appendSlash);
      if (resolution.kind !== 'route') return answerWithoutView(resolution, request);
    }
    const view = viewOf(routeOf(request));
    if (hooks.view.length === 0) return view(request, request.params);
    const answer = runViewHooks(hooks.view, request, view, request.params);
    if (answer instanceof Promise) return answer.then((ready) => ready ?? view(request, request.params));
    return answer ?? view(request, request.params);
  };
  const coerce = (value: unknown, request: Request): Response =>
    value instanceof Response ? value : toResponse(value, routeOf(request).description);
  return guard(run, coerce, withExceptionHooks(hooks.exception, support));
}

function ownView(route: Route): View {
  return route.view;
}

/** The match of a request inside a pipeline is always one of its routes: only locate() assigns it. */
function routeOf(request: Request): Route {
  return matchOf(request) as Route;
}

function answerWithoutView(resolution: Exclude<Resolution, { kind: 'route' }>, request: Request): Response {
  const { method } = request;
  if (resolution.kind === 'none') throw new NotFound();
  if (resolution.kind === 'slash') {
    // 308 keeps method and content (RFC 9110 15.4.9).
    const status = method === 'GET' || method === 'HEAD' ? 301 : 308;
    return new Response(null, { status, headers: [['location', resolution.location]] });
  }
  if (method !== 'OPTIONS') throw new MethodNotAllowed(resolution.allow);
  return new Response(null, { status: 204, headers: [['allow', resolution.allow]] });
}
