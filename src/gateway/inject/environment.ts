/**
 * What an application works with when whoever runs it lends nothing: production, with errors on standard error.
 */
import type { ApplicationEnvironment } from '../contract.ts';

export const DEFAULT_ENVIRONMENT: ApplicationEnvironment = {
  debug: false,
  onError: (error, request) => console.error(`${request.method} ${request.target}:`, error),
};
