/**
 * Content-Security-Policy (CSP Level 3) with a nonce that exists only for pages that ask for it. Any thread.
 */
import { randomBytes } from 'node:crypto';
import type { Request } from '../../http/request.ts';
import { refuse, shown } from '../check-options.ts';

/** Directives by name, each with its sources: { 'script-src': ["'self'", NONCE] }. An empty list makes a directive without value. */
export type CspDirectives = Readonly<Record<string, readonly string[]>>;

/** Stands for the nonce of the response in a list of sources. It disappears where the page has not asked for one. */
export const NONCE = "'nonce'";

/** Forbids what a page hardly ever wants and an injection often does. Where scripts come from only the site itself can know. */
export const DEFAULT_DIRECTIVES: CspDirectives = { 'base-uri': ["'self'"], 'object-src': ["'none'"], 'frame-ancestors': ["'none'"] };

const STATE_KEY = 'fastserve.cspNonce';
const NONCE_BYTES = 16;
const DIRECTIVE_NAME = /^[a-z-]+$/;
const SOURCE = /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/;

/**
 * The nonce of the response to this request, made when first asked for: for <script nonce="...">. securityHeaders() sends it
 * where its policy has NONCE.
 */
export function cspNonce(request: Request): string {
  return (request.state[STATE_KEY] ??= randomBytes(NONCE_BYTES).toString('base64url')) as string;
}

/** A policy, ready to be sent. */
export interface CompiledPolicy {
  /** For pages that use no nonce. */
  readonly plain: string;
  /** For the response to a request: `plain` itself where no nonce was asked for. */
  of(request: Request): string;
}

/** Compiles a policy to what each response needs. FastServeError (FS_APP) for directives that would break the field. */
export function compilePolicy(call: string, directives: CspDirectives): CompiledPolicy {
  for (const [name, sources] of Object.entries(directives)) {
    if (!DIRECTIVE_NAME.test(name)) refuse(call, `csp has the directive ${shown(name)}; expected a name such as 'script-src'`);
    if (!Array.isArray(sources)) refuse(call, `csp['${name}'] is ${shown(sources)}; expected a list of sources such as ["'self'"]`);
    const wrong = sources.find((source) => typeof source !== 'string' || !SOURCE.test(source));
    if (wrong !== undefined) refuse(call, `csp['${name}'] holds ${shown(wrong)}; expected one source an entry, without blank, "," and ";"`);
  }
  const plain = policyText(directives, undefined);
  const [head, ...rest] = policyText(directives, NONCE).split(NONCE);
  if (rest.length === 0) return { plain, of: () => plain };
  const of = (request: Request): string => {
    const nonce = request.state[STATE_KEY] as string | undefined;
    return nonce === undefined ? plain : [head, ...rest].join(`'nonce-${nonce}'`);
  };
  return { plain, of };
}

function policyText(directives: CspDirectives, nonce: string | undefined): string {
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources.filter((source) => source !== NONCE || nonce !== undefined)].join(' '))
    .join('; ');
}
