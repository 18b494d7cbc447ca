/**
 * securityHeaders(): the fields that tell a browser to be careful, after Django's SecurityMiddleware and
 * XFrameOptionsMiddleware. A field that the view has set stays as it is.
 */
import { addConstantFields } from '../../http/response.ts';
import { checkChoice, checkKeys, checkNumber } from '../check-options.ts';
import type { Middleware } from './chain.ts';
import { compilePolicy, type CspDirectives, DEFAULT_DIRECTIVES } from './content-security-policy.ts';
import { addMissingLine, checkedFields } from './field-block.ts';
import { onResponse } from './finish.ts';
import type { FrontPart } from './front-duties.ts';

/** What securityHeaders() and securityFields() take. */
export interface SecurityOptions {
  /** Content-Security-Policy: directives in the place of the default ones, or false. */
  csp?: CspDirectives | false;
  /** Sends the policy as Content-Security-Policy-Report-Only. Default: false. */
  cspReportOnly?: boolean;
  /** Strict-Transport-Security over HTTPS. Default: false, because `hsts` of the configuration covers files as well. */
  hsts?: { maxAgeSeconds: number; includeSubDomains?: boolean; preload?: boolean } | false;
  /** X-Content-Type-Options: nosniff. Default: true. */
  nosniff?: boolean;
  /** Referrer-Policy. Default: "same-origin". */
  referrerPolicy?: string | false;
  /** Cross-Origin-Opener-Policy. Default: "same-origin". */
  crossOriginOpenerPolicy?: string | false;
  /** X-Frame-Options. Default: "DENY". */
  frameOptions?: 'DENY' | 'SAMEORIGIN' | false;
  /** Permissions-Policy. Default: none. */
  permissionsPolicy?: string | false;
}

const KEYS = ['csp', 'cspReportOnly', 'hsts', 'nosniff', 'referrerPolicy', 'crossOriginOpenerPolicy', 'frameOptions', 'permissionsPolicy'];
const CALL = 'securityHeaders()';

/**
 * Sets the fields on every response, also on what the front answers without the application (there the policy has no nonce). FastServeError (FS_APP) for options that cannot be sent.
 */
export function securityHeaders(options: SecurityOptions = {}): Middleware {
  const { nosniff = true } = options;
  const constants = { ...(nosniff ? { 'x-content-type-options': 'nosniff' } : {}), ...securityFields(options) };
  const fields = checkedFields(CALL, constants);
  const secureConstants: Record<string, string> = options.hsts ? { 'strict-transport-security': hstsValue(options.hsts) } : {};
  const secureFields = checkedFields(CALL, secureConstants);
  const { csp = DEFAULT_DIRECTIVES } = options;
  const policy = csp === false ? undefined : compilePolicy(CALL, csp);
  const policyName = options.cspReportOnly === true ? 'content-security-policy-report-only' : 'content-security-policy';
  // Nearly all pages have no nonce: then everything is a constant.
  const plainConstants = policy === undefined ? constants : { ...constants, [policyName]: policy.plain };
  const plainFields = checkedFields(CALL, plainConstants);
  const layer: Middleware = function securityHeaders(request, next) {
    return onResponse(next(), (response) => {
      const policyText = policy?.of(request);
      if (policyText === policy?.plain) {
        addConstantFields(response, plainFields);
      } else {
        addConstantFields(response, fields);
        addMissingLine(response, policyName, policyText as string);
      }
      if (secureFields.length > 0 && request.scheme === 'https') addConstantFields(response, secureFields);
      return response;
    });
  };
  // What the front answers has no nonce.
  const front: FrontPart = { fields: plainConstants, secureFields: secureConstants };
  return Object.assign(layer, { front });
}

/**
 * Those of the fields that are the same for every response and do not depend on the page: for `headers` of a static directory
 * in the configuration, so that the front sends them with files too. Lower-case names. Without X-Content-Type-Options, which the front
 * sends with every file anyway. Throws as securityHeaders() does.
 */
export function securityFields(options: SecurityOptions = {}): Record<string, string> {
  checkOptions(options);
  const { referrerPolicy = 'same-origin', crossOriginOpenerPolicy = 'same-origin' } = options;
  const { frameOptions = 'DENY', permissionsPolicy = false } = options;
  const candidates: Record<string, string | false> = {
    'referrer-policy': referrerPolicy,
    'cross-origin-opener-policy': crossOriginOpenerPolicy,
    'x-frame-options': frameOptions,
    'permissions-policy': permissionsPolicy,
  };
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(candidates)) if (value !== false) fields[name] = value;
  checkedFields(CALL, fields);
  return fields;
}

function checkOptions(options: SecurityOptions): void {
  checkKeys(CALL, options, KEYS);
  checkChoice(CALL, 'nosniff', options.nosniff ?? true, [true, false]);
  checkChoice(CALL, 'cspReportOnly', options.cspReportOnly ?? false, [true, false]);
  checkChoice(CALL, 'frameOptions', options.frameOptions ?? false, ['DENY', 'SAMEORIGIN', false]);
}

/** RFC 6797 6.1. */
function hstsValue({ maxAgeSeconds, includeSubDomains = false, preload = false }: Exclude<SecurityOptions['hsts'], false | undefined>): string {
  checkNumber(CALL, 'hsts.maxAgeSeconds', maxAgeSeconds, 0);
  return `max-age=${maxAgeSeconds}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`;
}
