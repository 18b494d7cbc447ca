/** What the gateway throws at applications. */

/** respond() was called a second time. */
export class AlreadyAnsweredError extends Error {
  override name = 'AlreadyAnsweredError';
  constructor() {
    super('this request was answered already: call respond() once for each request');
  }
}

/** A request was read after it was answered and its handler had returned: its memory belongs to another request by then. */
export class RequestExpiredError extends Error {
  override name = 'RequestExpiredError';
  constructor() {
    super('this request was answered and its handler is over: read what you need before, or return a promise that is settled later');
  }
}

/** The request's content will never be complete: the client went away or broke the message. */
export class BodyAbortedError extends Error {
  override name = 'BodyAbortedError';
  constructor() {
    super('the client ended the request before its content was complete');
  }
}

/** The content is beyond the limit that the reader gave. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
  readonly limit: number;
  constructor(limit: number) {
    super(`the request's content is larger than ${limit} bytes`);
    this.limit = limit;
  }
}

/** Why request.signal aborts when the client leaves. */
export class RequestAbortedError extends Error {
  override name = 'AbortError';
  constructor() {
    super('the client went away');
  }
}

/** Why request.signal aborts when a time limit of the request passes. `over`: the client has been answered already. */
export class RequestTimeoutError extends Error {
  override name = 'TimeoutError';
  constructor(over: boolean) {
    super(over ? 'the request ran out of time: the client has been answered' : 'the time of the request is nearly over');
  }
}
