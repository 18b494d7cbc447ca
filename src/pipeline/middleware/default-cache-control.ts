/** defaultCacheControl(): what caches may do with answers that do not say it themselves. */
import { addConstantFields } from '../../http/response.ts';
import { type CacheDirectives, formatDirectives } from '../cache-directives.ts';
import type { Middleware } from './chain.ts';
import { checkedFields } from './field-block.ts';
import { onResponse } from './finish.ts';

/**
 * Sets Cache-Control where the view has not. Without it caches may guess (RFC 9111 4.2.2). Default: "no-cache, private": kept
 * by the browser alone, and asked about each time. FastServeError (FS_APP) for wrong directives.
 */
export function defaultCacheControl(directives: CacheDirectives = { private: true, noCache: true }): Middleware {
  const fields = checkedFields('defaultCacheControl()', { 'cache-control': formatDirectives('defaultCacheControl()', directives) });
  return function defaultCacheControl(_request, next) {
    return onResponse(next(), (response) => {
      addConstantFields(response, fields);
      return response;
    });
  };
}
