/**
 * Response: what views and middlewares return. Belongs to the thread that runs the application.
 *
 * DESIGN: a response whose fields nobody touched keeps the reusable Head it was made with, which the gateway sends without
 * encoding anything. The multi-map is made only when `headers` is read.
 */
import { type FlatFields, Head, type ResponseBody } from '../gateway/contract.ts';
import { ResponseHeaders } from './response-headers.ts';
import type { Request } from './request.ts';
import { type CookieOptions, formatCookie } from './set-cookie.ts';
import { cookieSalt } from './signed-cookies.ts';

/** Fields by name (an array gives one line for each element), as pairs, or a block made once with defineHead. */
export type HeadersInit = Head | Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>;

/** What every function that makes a response takes. */
export interface ResponseInit {
  /** 200..599; 200 by default. */
  status?: number;
  headers?: HeadersInit;
}

/** Makes the body when the pipeline wants it. */
export type DeferredBody = () => ResponseBody | Promise<ResponseBody>;

const NO_HEAD = new Head([]);

/** An answer: status, fields and body. Middlewares may change all three until it is sent. */
export class Response {
  /** Status code, 200..599. */
  status: number;
  body: ResponseBody;
  /**
   * What is left to do before `body` is there (a template to render); null when nothing is. The pipeline does it before the
   * next layer sees the response.
   */
  deferred: DeferredBody | null = null;
  #head: Head;
  #headers: ResponseHeaders | null = null;

  /** RangeError for a status outside 200..599, TypeError for fields that would break the message. */
  constructor(body: ResponseBody = null, init: ResponseInit = {}, defaultHead: Head = NO_HEAD) {
    this.status = init.status === undefined ? 200 : checkedStatus(init.status);
    this.body = body;
    this.#head = defaultHead;
    const headers = init.headers;
    if (headers !== undefined) {
      if (headers instanceof Head) this.#head = headers;
      else applyHeaders(this.headers, headers);
    }
  }

  get headers(): ResponseHeaders {
    return (this.#headers ??= new ResponseHeaders(this.#head.lowerCased));
  }

  /** The fields in the form that the gateway takes; reading them builds nothing. */
  get fields(): FlatFields | Head {
    return this.#headers === null ? this.#head : this.#headers.flat();
  }

  /** Adds a Set-Cookie line. The value is percent-encoded where needed. TypeError for an attribute that is not valid. */
  setCookie(name: string, value: string, options?: CookieOptions): this {
    this.headers.append('set-cookie', formatCookie(name, value, options));
    return this;
  }

  /**
   * As setCookie(), with a signature and the time: request.signedCookie(name) gives the value and knows its age. The client can
   * read the value. `request` is the one that is being answered: it knows the secret key. FastServeError (FS_APP) without one.
   */
  setSignedCookie(request: Request, name: string, value: string, options: CookieOptions & { salt?: string } = {}): this {
    const { salt = '', ...attributes } = options;
    return this.setCookie(name, request.signer(cookieSalt(name, salt)).sign(value), attributes);
  }

  /** Tells the client to forget a cookie; path, domain and the security attributes must be those it was set with. */
  deleteCookie(name: string, options: Omit<CookieOptions, 'maxAge' | 'expires'> = {}): this {
    return this.setCookie(name, '', { ...options, maxAge: 0, expires: new Date(0) });
  }
}

function checkedStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new RangeError(`Response: status ${String(status)} is not between 200 and 599`);
}

function applyHeaders(headers: ResponseHeaders, init: Exclude<HeadersInit, Head>): void {
  if (isPairs(init)) {
    const seen = new Set<string>();
    for (const [name, value] of init) {
      if (seen.has(name.toLowerCase())) headers.append(name, value);
      else headers.set(name, value);
      seen.add(name.toLowerCase());
    }
    return;
  }
  for (const name of Object.keys(init)) {
    const value = init[name] as string | readonly string[];
    headers.delete(name);
    if (typeof value === 'string') headers.append(name, value);
    else for (const line of value) headers.append(name, line);
  }
}

function isPairs(init: object): init is Iterable<readonly [string, string]> {
  return Symbol.iterator in init;
}
