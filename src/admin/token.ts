/** Who may see the admin page: those who know its token. Main thread. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { GatewayRequest } from '../gateway/contract.ts';

const COOKIE = 'fastserve_admin';

export class TokenGuard {
  readonly #token: string;
  /** What the cookie holds: a browser's profile need not have the token itself. */
  readonly #pass: string;

  constructor(token: string) {
    this.#token = token;
    this.#pass = createHmac('sha256', token).update('fastserve admin cookie').digest('hex');
  }

  /** Whether the request brings the token (Authorization: Bearer) or the cookie that signing in gave. */
  admits(request: GatewayRequest): boolean {
    const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(request.field('authorization') ?? '')?.[1];
    if (bearer !== undefined) return this.knows(bearer);
    const pass = cookie(request.field('cookie') ?? '');
    return pass !== undefined && equal(pass, this.#pass);
  }

  knows(token: string): boolean {
    return equal(token, this.#token);
  }

  /** For the browser of somebody who knows the token. SameSite=Strict: no other site can make it ask with the cookie. */
  get setCookie(): string {
    return `${COOKIE}=${this.#pass}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400`;
  }
}

function cookie(field: string): string | undefined {
  for (const pair of field.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

/** In a time that says nothing about where they differ, or how long either is. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
