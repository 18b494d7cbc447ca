/**
 * The layers of a traced request note their times: a second chain beside the plain one, so that requests which are not traced
 * pay one question each. Runs on the application's thread.
 *
 *   middleware A ──► middleware B ──► router ─ view ─ context ─ template
 *   response A   ◄── response B   ◄──────────────────────────────┘
 */
import type { Phases } from '../gateway/contract.ts';
import { gatewayOf, matchOf, type Request } from '../http/request.ts';
import type { Response } from '../http/response.ts';
import type { Handler, Middleware, Next } from './middleware/index.ts';

/** The recorder of a traced request, null for all others. */
export function phasesOf(request: Request): Phases | null {
  return gatewayOf(request).phases ?? null;
}

/** The same middleware with its own time noted: as "middleware" until it calls next(), as "response" from then on. */
export function traceMiddleware(middleware: Middleware, index: number): Middleware {
  const name = middleware.name || `middleware-${index}`;
  const layer = (request: Request, next: Next): Response | Promise<Response> => {
    const phases = phasesOf(request);
    if (phases === null) return middleware(request, next);
    const times = { began: performance.now(), called: 0, returned: 0 };
    const timedNext: Next = (replacement = request) => {
      times.called = performance.now();
      return whenDone(next(replacement), () => {
        times.returned = performance.now();
      });
    };
    return whenDone(middleware(request, timedNext), () => {
      const end = performance.now();
      phases.add('middleware', name, times.began, times.called || end);
      if (times.returned > 0) phases.add('response', name, times.returned, end);
    });
  };
  // Messages about what it returns name it.
  return Object.defineProperty(layer, 'name', { value: middleware.name });
}

/** The innermost layer with its phases noted. `locate` assigns the route. */
export function traceView(view: Handler, locate: (request: Request) => void): Handler {
  return (request) => {
    const phases = phasesOf(request);
    if (phases === null) return view(request);
    phases.enter('router', '');
    if (matchOf(request) === null) locate(request);
    phases.enter('view', matchOf(request)?.name ?? '');
    return whenDone(view(request), () => phases.leave());
  };
}

/** Runs `done` when the response is there, or when there will be none. */
function whenDone(result: Response | Promise<Response>, done: () => void): Response | Promise<Response> {
  if (!(result instanceof Promise)) {
    done();
    return result;
  }
  return result.finally(done);
}
