/**
 * The end of the pipeline: hands a response to the gateway, and gives back what its request held (temporary files) once it
 * has been sent: at once, or when a streamed body ends. Runs on the application's thread.
 */
import { type ApplicationEnvironment, defineHead, type GatewayRequest, type Respond, type ResponseBody } from '../gateway/contract.ts';
import { holdsResources, type Release, releaseResources } from '../http/request/resources.ts';
import type { Response } from '../http/response.ts';

type Stream = AsyncIterable<string | Uint8Array>;

const TEXT = defineHead(['content-type', 'text/plain; charset=utf-8']);

/** Answers the request. What the gateway refuses is reported and answered with 500. */
export function sendResponse(response: Response, request: GatewayRequest, respond: Respond, environment: ApplicationEnvironment): void {
  const { body } = response;
  if (!holdsResources(request)) return void answer(response, body, request, respond, environment);
  const release: Release = () => releaseResources(request, (error) => environment.onError(error, request));
  const stream = isStream(body) ? new ReleasingStream(body, release) : null;
  const isSent = answer(response, stream ?? body, request, respond, environment);
  if (stream === null || !isSent) void release();
}

/** Whether the response itself was taken. */
function answer(
  response: Response,
  body: ResponseBody,
  request: GatewayRequest,
  respond: Respond,
  environment: ApplicationEnvironment,
): boolean {
  try {
    respond(response.status, response.fields, body);
    return true;
  } catch (error) {
    // The gateway refused the response itself: a body of a wrong type, a status set to nonsense.
    if (!(error instanceof TypeError)) throw error;
    environment.onError(error, request);
    respond(500, TEXT, '500 Internal Server Error\n');
    return false;
  }
}

function isStream(body: ResponseBody): body is Stream {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** A stream with something to give back behind it. Not a generator: its return() must release even before the first next(). */
class ReleasingStream implements AsyncIterableIterator<string | Uint8Array> {
  readonly #inner: AsyncIterator<string | Uint8Array>;
  readonly #release: Release;

  constructor(stream: Stream, release: Release) {
    this.#inner = stream[Symbol.asyncIterator]();
    this.#release = release;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<string | Uint8Array>> {
    try {
      const result = await this.#inner.next();
      if (result.done === true) await this.#release();
      return result;
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<string | Uint8Array>> {
    try {
      await this.#inner.return?.();
    } finally {
      await this.#release();
    }
    return { done: true, value: undefined };
  }
}
