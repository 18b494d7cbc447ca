/**
 * Signals, after django.core.signals, as channels of node:diagnostics_channel: whoever wants to hear of requests subscribes by name, in any
 * module, without a middleware. They run on the application's thread, in the call; a request pays a branch for those nobody listens to.
 *
 *   fastserve.request.start    { request }            before the first middleware
 *   fastserve.request.finish   { request, response }  when the response is handed to the server; a stream may still run
 *   fastserve.request.error    { request, error }     for each error that is answered with 500 or above
 */
import { channel } from 'node:diagnostics_channel';
import type { Request } from '../http/request.ts';
import type { Response } from '../http/response.ts';

/** Message of the channel "fastserve.request.start". */
export interface RequestStartMessage {
  readonly request: Request;
}

/** Message of the channel "fastserve.request.finish". The response must not be changed any more. */
export interface RequestFinishMessage {
  readonly request: Request;
  readonly response: Response;
}

/** Message of the channel "fastserve.request.error": an error that is answered with 500 or above, before its answer. */
export interface RequestErrorMessage {
  readonly request: Request;
  readonly error: Error;
}

const start = channel('fastserve.request.start');
const finish = channel('fastserve.request.finish');
const failure = channel('fastserve.request.error');

export function signalStart(request: Request): void {
  if (start.hasSubscribers) start.publish({ request } satisfies RequestStartMessage);
}

export function signalFinish(request: Request, response: Response): void {
  if (finish.hasSubscribers) finish.publish({ request, response } satisfies RequestFinishMessage);
}

export function signalError(request: Request, error: Error): void {
  if (failure.hasSubscribers) failure.publish({ request, error } satisfies RequestErrorMessage);
}
