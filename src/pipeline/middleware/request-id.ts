/**
 * requestId(): a name for each request, to find its traces by.
 *
 * DESIGN: a random part for the thread and a number. It is unique, cheap, and no secret: one id tells its neighbours.
 */
import { randomBytes } from 'node:crypto';
import { REQUEST_ID } from '../../http/request/log.ts';
import type { Request } from '../../http/request.ts';
import { TOKEN } from '../../http/token.ts';
import { checkKeys, refuse, shown } from '../check-options.ts';
import type { Middleware } from './chain.ts';
import { addMissingLine } from './field-block.ts';
import { onResponse } from './finish.ts';

/** What requestId() takes. */
export interface RequestIdOptions {
  /** The field. Default: "x-request-id". */
  header?: string;
  /** Take the id that the client sends. Only behind a proxy that sets it. Default: false. */
  trust?: boolean;
}

/** What goes into logs and answers unchanged. */
const ACCEPTABLE = /^[A-Za-z0-9._~+/=-]{1,128}$/;

/**
 * Gives each request an id and sends it with the response; what the front answers without the application has one of its own.
 * FastServeError (FS_APP) for a header that is no field name.
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  checkKeys('requestId()', options, ['header', 'trust']);
  const { trust = false } = options;
  const header = (options.header ?? 'x-request-id').toLowerCase();
  if (!TOKEN.test(header)) refuse('requestId()', `header is ${shown(header)}; expected a field name`);
  const prefix = `${randomBytes(12).toString('base64url')}-`;
  let count = 0;
  const layer: Middleware = function requestId(request, next) {
    const given = trust ? request.headers.get(header) : undefined;
    const id = given !== undefined && ACCEPTABLE.test(given) ? given : prefix + (++count).toString(36);
    request.state[REQUEST_ID] = id;
    return onResponse(next(), (response) => {
      addMissingLine(response, header, id);
      return response;
    });
  };
  return Object.assign(layer, { front: { requestId: { header, trust } } });
}

/** The id that requestId() gave; undefined without that middleware. */
export function getRequestId(request: Request): string | undefined {
  return request.state[REQUEST_ID] as string | undefined;
}
