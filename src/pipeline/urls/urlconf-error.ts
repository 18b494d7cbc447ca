/**
 * A mistake in the URLconf, found while the application is loaded. The message says what, where and how to fix it; the stack
 * shows the path() or defineApp() call.
 */
import { FastServeError } from '../../errors.ts';

export class UrlconfError extends FastServeError {
  constructor(message: string) {
    super('FS_APP', message);
    this.name = 'UrlconfError';
  }
}
