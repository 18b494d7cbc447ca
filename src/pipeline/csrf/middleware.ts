/**
 * csrf(): requests that change something must come from a page of this site, after Django's CsrfViewMiddleware.
 *
 * DESIGN: two independent checks. What browsers say about the source of the request (origin.ts), which a page of another site
 * cannot influence; and a token that only somebody who has read a page of this site can know, while its cookie proves that it is
 * the same browser. GET, HEAD, OPTIONS and TRACE pass (RFC 9110 9.2.1). The check is a view hook, because a view may be exempt.
 */
import { PermissionDenied, UnsupportedMediaType } from '../../http/errors.ts';
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { TOKEN } from '../../http/token.ts';
import { checkChoice, checkKeys, refuse, shown } from '../check-options.ts';
import { addVary, type Middleware, onResponse, withHooks } from '../middleware/index.ts';
import { CsrfState, setState, stateOf } from './csrf-state.ts';
import { isExempt } from './exempt.ts';
import { compileOrigins, type OriginTest, sourceProblem } from './origin.ts';
import { tokenFits } from './token.ts';

/** What csrf() takes. */
export interface CsrfOptions {
  /** Other origins whose pages may send forms here: "https://example.org", "https://*.example.org". */
  trustedOrigins?: readonly string[];
  /** Default: "csrftoken". Over HTTPS "__Host-csrftoken" keeps neighbouring hosts from setting it. */
  cookieName?: string;
  /** Default: "x-csrftoken". */
  headerName?: string;
  /** Default: "csrfmiddlewaretoken". */
  fieldName?: string;
  /** Scripts cannot read the cookie; pages then must carry the token. Default: false. */
  httpOnly?: boolean;
  /** Only over HTTPS. Default: for requests that came over HTTPS. */
  secure?: boolean;
  /** Default: "lax". */
  sameSite?: 'strict' | 'lax' | 'none';
}

/** 403. The reason is for the client too: it tells nothing that the client has not sent. */
export class CsrfError extends PermissionDenied {
  readonly reason: string;

  constructor(reason: string) {
    super(`CSRF check failed: ${reason}`);
    this.reason = reason;
  }
}

const KEYS = ['trustedOrigins', 'cookieName', 'headerName', 'fieldName', 'httpOnly', 'secure', 'sameSite'];
const CALL = 'csrf()';
const YEAR_S = 365 * 24 * 3600;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Protects all views that are not csrfExempt(). FastServeError (FS_APP) for wrong options. */
export function csrf(options: CsrfOptions = {}): Middleware {
  checkOptions(options);
  const { cookieName = 'csrftoken' } = options;
  const checker = new CsrfChecker(options);
  const layer: Middleware = function csrf(request, next) {
    const state = new CsrfState(request, cookieName);
    setState(request, state);
    return onResponse(next(), (response) => (state.wasUsed ? setCookie(request, response, state, options) : response));
  };
  return withHooks(layer, {
    view(request, view) {
      if (SAFE_METHODS.has(request.method) || isExempt(view)) return undefined;
      return checker.check(request, stateOf(request) ?? new CsrfState(request, cookieName));
    },
  });
}

function checkOptions(options: CsrfOptions): void {
  checkKeys(CALL, options, KEYS);
  const { cookieName = 'csrftoken', headerName = 'x-csrftoken', sameSite, secure } = options;
  for (const [key, value] of Object.entries({ cookieName, headerName })) {
    if (!TOKEN.test(value)) refuse(CALL, `${key} is ${shown(value)}; expected letters, digits and "-"`);
  }
  checkChoice(CALL, 'sameSite', sameSite, ['strict', 'lax', 'none', undefined]);
  if (sameSite === 'none' && secure !== true) refuse(CALL, "sameSite 'none' requires secure: true");
  if (/^__(?:host|secure)-/i.test(cookieName) && secure !== true) refuse(CALL, `the prefix of ${shown(cookieName)} requires secure: true`);
}

function setCookie(request: Request, response: Response, state: CsrfState, options: CsrfOptions): Response {
  addVary(response, 'Cookie');
  if (!state.isRenewed) return response;
  const { cookieName = 'csrftoken', httpOnly = false, secure = request.scheme === 'https', sameSite = 'lax' } = options;
  return response.setCookie(cookieName, state.secret, { maxAge: YEAR_S, httpOnly, secure, sameSite });
}

class CsrfChecker {
  readonly #isTrusted: OriginTest;
  readonly #headerName: string;
  readonly #fieldName: string;

  constructor({ trustedOrigins = [], headerName = 'x-csrftoken', fieldName = 'csrfmiddlewaretoken' }: CsrfOptions) {
    this.#isTrusted = compileOrigins(CALL, trustedOrigins);
    this.#headerName = headerName;
    this.#fieldName = fieldName;
  }

  /** Throws or rejects with CsrfError. The field of the form is read only when the header is not there. */
  check(request: Request, state: CsrfState): undefined | Promise<undefined> {
    const problem = sourceProblem(request, this.#isTrusted);
    if (problem !== undefined) throw new CsrfError(problem);
    const secret = state.sentSecret;
    if (secret === undefined) throw new CsrfError('the CSRF cookie is missing');
    const sent = request.headers.get(this.#headerName);
    if (sent === undefined) return this.#checkForm(request, secret);
    checkToken(sent, secret);
    return undefined;
  }

  async #checkForm(request: Request, secret: string): Promise<undefined> {
    checkToken(request.method === 'POST' ? await this.#fieldOf(request) : undefined, secret);
  }

  async #fieldOf(request: Request): Promise<string | undefined> {
    try {
      return (await request.form()).get(this.#fieldName);
    } catch (error) {
      // JSON and the like have no fields.
      if (error instanceof UnsupportedMediaType) return undefined;
      throw error;
    }
  }
}

function checkToken(sent: unknown, secret: string): void {
  if (typeof sent !== 'string' || sent === '') throw new CsrfError('the CSRF token is missing');
  if (!tokenFits(sent, secret)) throw new CsrfError('the CSRF token does not fit');
}
