/**
 * The applications of the listeners beside the site: the admin page and the metrics. Raw gateway applications that run inline on
 * the main thread, behind a front of their own.
 */
import type { GatewayRequest, RawApplication, Respond } from '../gateway/contract.ts';
import { LOGIN_PAGE, PAGE } from './page-html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';
import type { AdminSource } from './source.ts';
import { adminState } from './state.ts';
import { TokenGuard } from './token.ts';

/** Nothing of another origin is loaded, and nobody may frame the page. */
const CONTENT_SECURITY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MAX_FORM_BYTES = 4096;

const COMMON = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'];
const HTML = [
  'content-type', 'text/html; charset=utf-8', 'content-security-policy', CONTENT_SECURITY, 'referrer-policy', 'no-referrer',
  'x-frame-options', 'DENY', ...COMMON,
];
const TEXT = ['content-type', 'text/plain; charset=utf-8', ...COMMON];

/** Metrics at /metrics, for everybody who reaches the listener. */
export function metricsApplication(source: AdminSource): RawApplication {
  return (request, respond) => {
    if (request.path !== '/metrics') return respond(404, TEXT, 'Metrics are at /metrics.\n');
    answerMetrics(source, respond);
  };
}

/** The page, its data and the metrics, for those who know the token. */
export function adminApplication(source: AdminSource, token: string): RawApplication {
  const guard = new TokenGuard(token);
  return (request, respond) => {
    if (request.path === '/page.css') return respond(200, ['content-type', 'text/css; charset=utf-8', ...COMMON], PAGE_STYLE);
    if (request.path === '/login' && request.method === 'POST') return signIn(guard, request, respond);
    if (!guard.admits(request)) return refuse(request, respond);
    switch (request.path) {
      case '/':
        return respond(200, HTML, PAGE);
      case '/page.js':
        return respond(200, ['content-type', 'text/javascript; charset=utf-8', ...COMMON], PAGE_SCRIPT);
      case '/api/state':
        return adminState(source, afterOf(request)).then((state) => respond(200, ['content-type', 'application/json', ...COMMON], JSON.stringify(state)));
      case '/metrics':
        return answerMetrics(source, respond);
      default:
        return respond(404, TEXT, 'There is no such page.\n');
    }
  };
}

function answerMetrics(source: AdminSource, respond: Respond): void {
  respond(200, ['content-type', PROMETHEUS_TYPE, ...COMMON], prometheusText(source));
}

/** Browsers get a form, programs a challenge (RFC 6750 3). */
function refuse(request: GatewayRequest, respond: Respond): void {
  if (request.path === '/') return respond(401, ['www-authenticate', 'Bearer realm="fastserve"', ...HTML], LOGIN_PAGE('')); 
  respond(401, ['www-authenticate', 'Bearer realm="fastserve"', ...TEXT], 'The token is needed: Authorization: Bearer <token>\n');
}

async function signIn(guard: TokenGuard, request: GatewayRequest, respond: Respond): Promise<void> {
  const form = new URLSearchParams(Buffer.from(await request.body.bytes(MAX_FORM_BYTES)).toString('utf8'));
  if (!guard.knows(form.get('token') ?? '')) return respond(401, HTML, LOGIN_PAGE('That is not the token.'));
  respond(303, ['location', '/', 'set-cookie', guard.setCookie, ...COMMON], null);
}

function afterOf(request: GatewayRequest): number {
  const after = Number(new URLSearchParams(request.query).get('after') ?? 0);
  return Number.isSafeInteger(after) && after >= 0 ? after : 0;
}
