/**
 * Hooks of middlewares into the innermost layer, after Django's process_view, process_exception and process_template_response.
 * Collected once when the application is loaded; an application without hooks pays nothing for them.
 */
import { matchOf, type Request } from '../../http/request.ts';
import type { RouteParams } from '../../http/request/route-match.ts';
import { Response } from '../../http/response.ts';
import type { View } from '../views/index.ts';
import type { LayerSupport, Middleware, Next } from './chain.ts';

/** What render() was called with. Template hooks may change both. */
export interface TemplateResponse {
  template: string;
  /** A copy that belongs to this rendering. */
  context: Record<string, unknown>;
}

type Answer = Response | void;

/** What withHooks() adds to a middleware: Django's process_view, process_exception and process_template_response. */
export interface MiddlewareHooks {
  /** Runs when the route is known, before its view; an answer takes the view's place. The outermost middleware's comes first. */
  view?(request: Request, view: View, params: RouteParams): Answer | Promise<Answer>;
  /** Runs when the view or its template threw; an answer takes the error's place. The innermost middleware's comes first. */
  exception?(request: Request, error: unknown): Answer | Promise<Answer>;
  /** Runs before a template is rendered. The innermost middleware's comes first. */
  template?(request: Request, page: TemplateResponse): void | Promise<void>;
}

/** The hooks of all middlewares, each list in the order in which it runs. */
export interface HookTable {
  readonly view: readonly NonNullable<MiddlewareHooks['view']>[];
  readonly exception: readonly NonNullable<MiddlewareHooks['exception']>[];
  readonly template: readonly NonNullable<MiddlewareHooks['template']>[];
}

/** A middleware with hooks. The layer stays a function of its own: give it to one withHooks() only. TypeError for what is no function. */
export function withHooks(layer: (request: Request, next: Next) => Response | Promise<Response>, hooks: MiddlewareHooks): Middleware {
  if (typeof layer !== 'function') throw new TypeError(`withHooks(): the layer is ${typeof layer}, expected a function (request, next)`);
  return Object.assign(layer, { hooks });
}

export function collectHooks(middlewares: readonly Middleware[]): HookTable {
  const outwards = middlewares.toReversed();
  return {
    view: middlewares.flatMap(({ hooks }) => hooks?.view?.bind(hooks) ?? []),
    exception: outwards.flatMap(({ hooks }) => hooks?.exception?.bind(hooks) ?? []),
    template: outwards.flatMap(({ hooks }) => hooks?.template?.bind(hooks) ?? []),
  };
}

/** The first answer of the view hooks from `index` on, undefined when the view shall run. A promise only when a hook gave one. */
export function runViewHooks(
  hooks: HookTable['view'],
  request: Request,
  view: View,
  params: RouteParams,
  index = 0,
): Answer | Promise<Answer> {
  for (let i = index; i < hooks.length; i++) {
    const answer = (hooks[i] as HookTable['view'][number])(request, view, params);
    if (answer instanceof Promise) return answer.then((ready) => ready ?? runViewHooks(hooks, request, view, params, i + 1));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** The support of the innermost layer: an error of a view goes to the hooks first. */
export function withExceptionHooks(hooks: HookTable['exception'], support: LayerSupport): LayerSupport {
  if (hooks.length === 0) return support;
  const ask = async (thrown: unknown, request: Request): Promise<Response> => {
    try {
      for (const hook of hooks) {
        const answer = await hook(request, thrown);
        if (answer instanceof Response) return await support.complete(answer);
      }
    } catch (error) {
      return support.toResponse(error, request);
    }
    return support.toResponse(thrown, request);
  };
  return {
    complete: support.complete,
    // Without a match no view has run: the error is the URL's.
    toResponse: (error, request) => (matchOf(request) === null ? support.toResponse(error, request) : ask(error, request)),
  };
}

/** Runs the template hooks from `index` on over a page. A promise only when a hook gave one. */
export function runTemplateHooks(hooks: HookTable['template'], request: Request, page: TemplateResponse, index = 0): void | Promise<void> {
  for (let i = index; i < hooks.length; i++) {
    const done = (hooks[i] as HookTable['template'][number])(request, page);
    if (done instanceof Promise) return done.then(() => runTemplateHooks(hooks, request, page, i + 1));
  }
}
