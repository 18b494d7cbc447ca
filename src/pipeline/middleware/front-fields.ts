/** The fields of middlewares that the front adds to what it answers in the application's place, which no middleware sees. */
import type { Middleware } from './chain.ts';
import { checkedFields } from './field-block.ts';

/**
 * name, value, name, value... of all middlewares; of several with one name that of the innermost, as on a response of a view.
 * FastServeError (FS_APP) for what cannot be sent.
 */
export function collectFrontFields(middlewares: readonly Middleware[]): string[] {
  const fields = Object.assign({}, ...middlewares.map(({ frontFields }) => frontFields));
  return [...checkedFields('frontFields', fields)];
}
