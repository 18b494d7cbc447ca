/**
 * From an exception to a response: the application's own error page, else a constant one. The end of every error; nothing
 * here throws or rejects.
 *
 * An error is reported (environment.onError) when it means a 5xx, once. A handler that fails is reported too and its answer
 * is the constant page of the status it was called for.
 */
import { inspect } from 'node:util';
import type { ApplicationEnvironment } from '../gateway/contract.ts';
import { BadRequest, HttpError, PayloadTooLarge } from '../http/errors.ts';
import { gatewayOf, type Request } from '../http/request.ts';
import type { Response } from '../http/response.ts';
import { text } from '../http/response/helpers.ts';
import { reasonPhrase } from '../http/status.ts';
import { BadSignature } from '../signing/index.ts';
import { completeResponse } from './deferred.ts';
import { signalError } from './signals.ts';
import { toResponse, type ViewResult } from './views/index.ts';

/**
 * Answers for an error, as a view would: render(request, '404.html'), html(...), json(...). An answer with status 200 takes
 * the status of the error.
 */
export type ErrorHandler = (request: Request, error: Error) => ViewResult | Promise<ViewResult>;

/** By status, 400 to 599. */
export type ErrorHandlers = Readonly<Record<number, ErrorHandler>>;

export type ErrorResponder = (error: unknown, request: Request) => Response | Promise<Response>;

/** Makes the function that answers every error of an application. `environment` gives what is lent at the time. */
export function makeErrorResponder(handlers: ErrorHandlers, environment: () => ApplicationEnvironment): ErrorResponder {
  const report = (error: Error, request: Request): void => {
    environment().onError(error, gatewayOf(request));
    signalError(request, error);
  };
  return (thrown, request) => {
    const error = toError(thrown);
    const known = toHttpError(error);
    const status = known?.status ?? 500;
    if (status >= 500) report(error, request);
    if (known === null && environment().debug) return text(`${inspect(error)}\n`, { status: 500 });
    const handler = Object.hasOwn(handlers, status) ? handlers[status] : undefined;
    if (handler === undefined) return constantPage(status, known);
    const failed = (reason: unknown): Response => {
      report(toError(reason), request);
      return constantPage(status, known);
    };
    return runHandler(handler, request, known ?? error, status, failed);
  };
}

function runHandler(
  handler: ErrorHandler,
  request: Request,
  error: Error,
  status: number,
  failed: (reason: unknown) => Response,
): Response | Promise<Response> {
  const finish = (result: unknown): Response | Promise<Response> => {
    const response = toResponse(result, `error handler '${handler.name || 'anonymous'}' (status ${status})`);
    if (response.status === 200) response.status = status;
    if (error instanceof HttpError) addHeaders(response, error);
    return completeResponse(response);
  };
  try {
    const result: unknown = handler(request, error);
    const response = result instanceof Promise ? result.then(finish) : finish(result);
    return response instanceof Promise ? response.catch(failed) : response;
  } catch (reason) {
    return failed(reason);
  }
}

/** What is the client's fault though it is no HttpError. The gateway's errors by name: the classes belong to its runtime. */
function toHttpError(error: Error): HttpError | null {
  if (error instanceof HttpError) return error;
  if (error instanceof BadSignature) return new BadRequest(error.message, { cause: error });
  if (error.name === 'BodyTooLargeError') return new PayloadTooLarge(undefined, { cause: error });
  if (error.name === 'BodyAbortedError') return new BadRequest('The request ended before its content', { cause: error });
  return null;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`a value that is no Error was thrown: ${inspect(thrown, { depth: 1 })}`);
}

/** As the front writes its own error pages: "404 Not Found", or the message that the error carries for the client. */
function constantPage(status: number, error: HttpError | null): Response {
  const phrase = reasonPhrase(status);
  const message = error === null || error.message === phrase ? `${status} ${phrase}` : error.message;
  const response = text(`${message}\n`, { status });
  if (error !== null) addHeaders(response, error);
  return response;
}

function addHeaders(response: Response, error: HttpError): void {
  for (const name of Object.keys(error.headers)) {
    if (!response.headers.has(name)) response.headers.set(name, error.headers[name] as string);
  }
}
