/** Two request middlewares. They run in the order in which app.ts lists them, and answers pass them in reverse. */
import type { Middleware } from 'fastserve';

/** Tells how long the view and its template took, in milliseconds (W3C Server Timing; browsers show it with the request). */
export const timing: Middleware = async (request, next) => {
  const started = performance.now();
  const response = await next(request);
  response.headers.set('server-timing', `view;dur=${(performance.now() - started).toFixed(2)}`);
  return response;
};

/** The pages use their own style sheet, script and pictures, and nothing from anywhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY_FIELDS = [
  ['content-security-policy', CONTENT_SECURITY_POLICY],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
] as const;

/** Sets the fields that keep a browser from doing on these pages what they never ask for. */
export const securityHeaders: Middleware = async (request, next) => {
  const response = await next(request);
  for (const [name, value] of SECURITY_FIELDS) response.headers.set(name, value);
  return response;
};
