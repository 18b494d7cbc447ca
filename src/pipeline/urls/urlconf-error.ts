/**
 * A mistake in the URLconf, found while the application is loaded. The message says what, where and how to fix it; the stack
 * shows the path() or defineApp() call.
 */
import { FastServeError } from '../../errors.ts';

/** A URLconf that cannot work: two routes of one name, an unknown converter, a wrong argument. Fails the load of the application. */
export class UrlconfError extends FastServeError {
  constructor(message: string) {
    super('FS_APP', message);
    this.name = 'UrlconfError';
  }
}
