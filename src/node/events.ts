/** The events of a server, and which of them a request is. Main thread. */
import type { IncomingMessage } from '../gateway/node/incoming-message.ts';
import type { RequestSocket } from '../gateway/node/request-socket.ts';
import type { ServerResponse } from '../gateway/node/server-response.ts';

/** What a server emits. */
export interface Events {
  request: [request: IncomingMessage, response: ServerResponse];
  checkContinue: [request: IncomingMessage, response: ServerResponse];
  listening: [];
  close: [];
  error: [error: Error];
  timeout: [socket: RequestSocket];
}

/** As node:http decides it, where somebody listens to 'checkContinue' (RFC 9110 10.1.1). */
export function eventOf({ headers, httpVersionMinor }: IncomingMessage): 'request' | 'checkContinue' {
  const asksFirst = httpVersionMinor > 0 && headers.expect !== undefined && /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect);
  return asksFirst ? 'checkContinue' : 'request';
}
