/** The face of the CSRF layer. */
export { csrfToken, rotateCsrfToken } from './csrf-state.ts';
export { csrfExempt } from './exempt.ts';
export { csrf, CsrfError, type CsrfOptions } from './middleware.ts';
