/** The logger of a request: its entries carry the names that the request is found by. */
import { Logger } from '../../log/logger.ts';
import type { Request } from '../request.ts';

/** In Request.state: the id that requestId() gave. */
export const REQUEST_ID = 'fastserve.requestId';

/** Asks for the names when something is logged: the id may be given later than the logger was made. */
export function loggerOf(request: Request): Logger {
  return new Logger(() => ({ requestId: String(request.state[REQUEST_ID] ?? ''), traceId: request.trace.traceId }));
}
