/**
 * The middleware onion. Built once when the application is loaded; per request it costs one closure (`next`) a layer, and no
 * promise unless a layer is asynchronous.
 *
 * DESIGN: as in Django, every layer turns its own exception into a response before the layer around it sees anything
 * (convert_exception_to_response): what next() gives is always a Response, never a throw.
 */
import type { Request } from '../../http/request.ts';
import { Response } from '../../http/response.ts';
import type { FrontPart } from './front-duties.ts';
import type { MiddlewareHooks } from './hooks.ts';

/** Calls the next layer, with another request if one is given. */
export type Next = (request?: Request) => Response | Promise<Response>;

/** A layer around the view: looks at the request, calls next() or answers itself, looks at the response. */
export interface Middleware {
  (request: Request, next: Next): Response | Promise<Response>;
  /** Made by withHooks(). */
  readonly hooks?: MiddlewareHooks;
  /** A call that signs with the application's secret key: without one defineApp() refuses the application and names the call. */
  readonly needsSecretKey?: string;
  /** A call that chooses among the languages of `i18n`: without that option defineApp() refuses the application and names the call. */
  readonly needsTranslations?: string;
  /** What it does with every request, whatever the application: the front does it where it answers in the application's place. */
  readonly front?: FrontPart;
}

/** A layer with everything inside it. Never throws, never rejects. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** What the onion needs of the application. */
export interface LayerSupport {
  /** Finishes a response that has work deferred. May throw or reject. */
  complete(response: Response): Response | Promise<Response>;
  /** Makes the response for an error. Never throws, never rejects. */
  toResponse(error: unknown, request: Request): Response | Promise<Response>;
}

/** Wraps `innermost` in the middlewares, the first of them outermost. */
export function buildChain(middlewares: readonly Middleware[], innermost: Handler, support: LayerSupport): Handler {
  return middlewares.reduceRight<Handler>((inner, middleware, index) => {
    const describe = `middleware '${middleware.name || 'anonymous'}' (index ${index})`;
    const layer = (request: Request): unknown => middleware(request, (replacement = request) => inner(replacement));
    return guard(layer, (value) => onlyResponse(value, describe), support);
  }, innermost);
}

/**
 * Makes a Handler of a function that may return anything, throw or reject. `coerce` gives the Response for what it returned
 * (or was resolved with) and may throw.
 */
export function guard(
  layer: (request: Request) => unknown,
  coerce: (value: unknown, request: Request) => Response,
  support: LayerSupport,
): Handler {
  const finishLater = async (request: Request, promise: unknown): Promise<Response> => {
    try {
      const response = coerce(await promise, request);
      if (response.deferred === null) return response;
      return await support.complete(response);
    } catch (error) {
      return support.toResponse(error, request);
    }
  };
  return (request) => {
    try {
      const value = layer(request);
      if (!(value instanceof Response) && isThenable(value)) return finishLater(request, value);
      const response = coerce(value, request);
      if (response.deferred === null) return response;
      const completed = support.complete(response);
      return completed instanceof Response ? completed : finishLater(request, completed);
    } catch (error) {
      return support.toResponse(error, request);
    }
  };
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function onlyResponse(value: unknown, describe: string): Response {
  if (value instanceof Response) return value;
  const found = value === undefined ? 'undefined' : value === null ? 'null' : `a value of type ${typeof value}`;
  throw new TypeError(`${describe} returned ${found}; return the response of next()`);
}
