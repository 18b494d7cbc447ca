/**
 * Errors that stand for a response. A view, a middleware or a parser throws one; the pipeline answers with its status.
 * Any thread.
 */
import { reasonPhrase } from './status.ts';

/** What the errors with a status take beside their message. */
export interface HttpErrorOptions {
  /** Response fields that belong to the error, such as Allow or Retry-After. Lower-case names. */
  headers?: Readonly<Record<string, string>>;
  /** What led to it; never shown to the client. */
  cause?: unknown;
}

/** An error with a status. Its message is sent to the client, so it must hold nothing secret. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** status: 400..599 (RangeError otherwise). message: safe to show; the reason phrase of the status by default. */
  constructor(status: number, message?: string, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`HttpError: status ${String(status)} is not an error status; expected 400 to 599`);
    }
    super(message ?? reasonPhrase(status), 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** 400 (RFC 9110 15.5.1): what the client sent cannot be understood. */
export class BadRequest extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(400, message, options);
  }
}

/** 403 (RFC 9110 15.5.4). */
export class PermissionDenied extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(403, message, options);
  }
}

/** 404 (RFC 9110 15.5.5). */
export class NotFound extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(404, message, options);
  }
}

/** 405 (RFC 9110 15.5.6), which must name the methods that are allowed. */
export class MethodNotAllowed extends HttpError {
  /** allow: the value of the Allow field, such as "GET, HEAD, OPTIONS". */
  constructor(allow: string, message?: string, options?: HttpErrorOptions) {
    super(405, message, { ...options, headers: { ...options?.headers, allow } });
  }
}

/** 413 (RFC 9110 15.5.14). */
export class PayloadTooLarge extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(413, message, options);
  }
}

/** 415 (RFC 9110 15.5.16): content in a form that the application does not read. */
export class UnsupportedMediaType extends HttpError {
  constructor(message?: string, options?: HttpErrorOptions) {
    super(415, message, options);
  }
}
