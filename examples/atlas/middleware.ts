/** What wraps every view: a middleware of the atlas' own, and the settings of one that ships. */
import type { Middleware, SecurityOptions } from 'fastserve';

/** Tells how long the view and its template took, in milliseconds (W3C Server Timing; browsers show it with the request). */
export const timing: Middleware = async (request, next) => {
  const started = performance.now();
  const response = await next(request);
  response.headers.set('server-timing', `view;dur=${(performance.now() - started).toFixed(2)}`);
  return response;
};

/** The pages use their own style sheet, scripts and pictures, and nothing from anywhere else. */
export const security: SecurityOptions = {
  csp: {
    'default-src': ["'none'"],
    'style-src': ["'self'"],
    'script-src': ["'self'"],
    'img-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
  referrerPolicy: 'strict-origin-when-cross-origin',
  permissionsPolicy: 'camera=(), geolocation=(), microphone=()',
};
