/**
 * Response: what views and middlewares return. Belongs to the thread that runs the application.
 *
 * DESIGN: a response whose fields nobody touched keeps the reusable Head it was made with, which the gateway sends without
 * encoding anything. The multi-map is made only when `headers` is read. The shipped middlewares do not read it: what they add goes
 * into another reusable head where it is the same in every response (addConstantFields), else behind the head (addFieldLine).
 * These two, and fieldValue(), are for the pipeline; index.ts does not export them.
 */
import { type FlatFields, Head, type ResponseBody } from '../gateway/contract.ts';
import { ResponseHeaders } from './response/headers.ts';
import { formatLimitRate, LIMIT_RATE_FIELD, type LimitRate } from './response/limit-rate.ts';
import type { Request } from './request.ts';
import { type CookieOptions, formatCookie } from './cookies/set-cookie.ts';
import { cookieSalt } from './cookies/signed.ts';

/** Fields by name (an array gives one line for each element), as pairs, or a block made once with defineHead. */
export type HeadersInit = Head | Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>;

/** What every function that makes a response takes. */
export interface ResponseInit {
  /** 200..599; 200 by default. */
  status?: number;
  headers?: HeadersInit;
  /** How fast the front sends it: bytes in a second, `'100kb'`, or `{ rate: '100kb', after: '1mb' }`. Default: what the configuration says. */
  limitRate?: LimitRate;
}

/** Makes the body when the pipeline wants it. */
export type DeferredBody = () => ResponseBody | Promise<ResponseBody>;

const NO_HEAD = new Head([]);

/** Adds the lines whose name the response does not have. `fields`: a constant, lower-case names, checked. */
export let addConstantFields: (response: Response, fields: FlatFields) => void;
/** Adds one line. `name` must be a lower-case token, `value` visible ASCII. */
export let addFieldLine: (response: Response, name: string, value: string) => void;
/** The value by lower-case name, several lines joined with ", "; undefined without one. Makes no multi-map. */
export let fieldValue: (response: Response, name: string) => string | undefined;

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
  /** Lines behind the head; of no meaning once `headers` was read. */
  #added: string[] | null = null;
  #headers: ResponseHeaders | null = null;

  static {
    addConstantFields = (response, fields) => {
      if (response.#headers === null && response.#head.base === null && !hasOneOf(response.#added, fields)) response.#head = response.#head.mergedWith(fields);
      else for (let i = 0; i < fields.length; i += 2) response.#addMissing(fields[i] as string, fields[i + 1] as string);
    };
    addFieldLine = (response, name, value) => {
      if (response.#headers === null) (response.#added ??= []).push(name, value);
      else (response.#headers.flat() as string[]).push(name, value);
    };
    fieldValue = (response, name) => response.#value(name);
  }

  /** RangeError for a status outside 200..599, TypeError for fields that would break the message and for a limitRate that is none. */
  constructor(body: ResponseBody = null, init: ResponseInit = {}, defaultHead: Head = NO_HEAD) {
    this.status = init.status === undefined ? 200 : checkedStatus(init.status);
    this.body = body;
    this.#head = defaultHead;
    const headers = init.headers;
    if (headers !== undefined) {
      if (headers instanceof Head) this.#head = headers;
      else applyHeaders(this.headers, headers);
    }
    if (init.limitRate !== undefined) this.headers.set(LIMIT_RATE_FIELD, formatLimitRate(init.limitRate));
  }

  get headers(): ResponseHeaders {
    return (this.#headers ??= new ResponseHeaders(this.#added === null ? this.#head.lowerCased : [...this.#head.lowerCased, ...this.#added]));
  }

  /** The fields in the form that the gateway takes; reading them builds nothing. */
  get fields(): FlatFields | Head {
    if (this.#headers !== null) return this.#headers.flat();
    return this.#added === null ? this.#head : this.#head.with(this.#added);
  }

  #addMissing(name: string, value: string): void {
    if (this.#value(name) === undefined) addFieldLine(this, name, value);
  }

  #value(name: string): string | undefined {
    if (this.#headers !== null) return joinedValue(this.#headers.flat(), name, undefined);
    const inHead = joinedValue(this.#head.lowerCased, name, undefined);
    return this.#added === null ? inHead : joinedValue(this.#added, name, inHead);
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

/** Whether one of the names of `fields` is among those of `added`. Both have lower-case names. */
function hasOneOf(added: FlatFields | null, fields: FlatFields): boolean {
  if (added === null) return false;
  for (let i = 0; i < added.length; i += 2) {
    for (let j = 0; j < fields.length; j += 2) if (added[i] === fields[j]) return true;
  }
  return false;
}

/** `before`, and the values of a name behind it. */
function joinedValue(flat: FlatFields, name: string, before: string | undefined): string | undefined {
  let value = before;
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === name) value = value === undefined ? flat[i + 1] : `${value}, ${flat[i + 1]}`;
  }
  return value;
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
