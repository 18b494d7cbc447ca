/** The CSRF secret of one request: read from its cookie when asked for, made when there is none. Belongs to its request. */
import type { Request } from '../../http/request.ts';
import { isSecret, maskSecret, newSecret } from './token.ts';

const STATE_KEY = 'fastserve.csrf';

export class CsrfState {
  readonly #request: Request;
  readonly #cookieName: string;
  #secret: string | undefined;
  /** A page holds a token: the answer depends on the cookie, which must be there. */
  wasUsed = false;
  /** The cookie must be set although the client has one. */
  isRenewed = false;

  constructor(request: Request, cookieName: string) {
    this.#request = request;
    this.#cookieName = cookieName;
  }

  /** The secret that the client sent, undefined when it sent none that is valid. */
  get sentSecret(): string | undefined {
    const value = this.#request.cookie(this.#cookieName);
    return value !== undefined && isSecret(value) ? value : undefined;
  }

  /** The secret for the pages of this request. */
  get secret(): string {
    if (this.#secret === undefined) {
      const sent = this.sentSecret;
      this.#secret = sent ?? newSecret();
      if (sent === undefined) this.isRenewed = true;
    }
    return this.#secret;
  }

  token(): string {
    this.wasUsed = true;
    return maskSecret(this.secret);
  }

  /** A new secret: tokens from before do not fit any more. */
  rotate(): void {
    this.#secret = newSecret();
    this.isRenewed = true;
    this.wasUsed = true;
  }
}

export function stateOf(request: Request): CsrfState | undefined {
  return request.state[STATE_KEY] as CsrfState | undefined;
}

export function setState(request: Request, state: CsrfState): void {
  request.state[STATE_KEY] = state;
}

/**
 * A token for a form of this response: the hidden field csrfmiddlewaretoken, or X-CSRFToken of a script's request. Different each
 * time. Throws without csrf() among the middlewares.
 */
export function csrfToken(request: Request): string {
  return demandState(request, 'csrfToken()').token();
}

/** Makes all tokens from before useless; login() does it. Nothing without csrf(). */
export function rotateCsrfToken(request: Request): void {
  stateOf(request)?.rotate();
}

function demandState(request: Request, call: string): CsrfState {
  const state = stateOf(request);
  if (state === undefined) throw new Error(`${call}: csrf() is not among the middlewares, or comes after this one`);
  return state;
}
