/** The face of src/http. Internals of Request (gatewayOf, matchOf...) are imported from their file by the pipeline alone. */
export {
  BadRequest,
  HttpError,
  type HttpErrorOptions,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  PermissionDenied,
  UnsupportedMediaType,
} from './errors.ts';
export { type ContentLimits } from './content/limits.ts';
export { type ServerSentEvent } from './response/event-format.ts';
export { eventStream, type EventStreamOptions, type EventStreamSource } from './response/event-stream.ts';
export { file, type FileOptions } from './response/file.ts';
export { type LimitRate } from './response/limit-rate.ts';
export { Form } from './form.ts';
export { UploadedFile } from './multipart/uploaded-file.ts';
export { QueryParams } from './content/query-params.ts';
export { Request, type RequestState } from './request.ts';
export type { MatchedRoute, ResolverMatch, RouteParams } from './request/route-match.ts';
export { RequestHeaders } from './request/headers.ts';
export { type HeadersInit, Response, type ResponseInit } from './response.ts';
export { ResponseHeaders } from './response/headers.ts';
export { empty, html, json, redirect, stream, text } from './response/helpers.ts';
export { type CookieOptions } from './cookies/set-cookie.ts';
export { type SignedCookieOptions } from './cookies/signed.ts';
