/**
 * sessions(): who comes again, after Django's SessionMiddleware. A request that does not ask for its session costs no more than
 * a small object: no cookie is parsed, no store asked.
 */
import { BadRequest } from '../../http/errors.ts';
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { checkChoice, checkKeys, checkNumber, refuse, shown } from '../check-options.ts';
import { addVary, type Middleware, onResponse } from '../middleware/index.ts';
import { Session } from './session.ts';
import type { RequestStore, SessionStore } from './store.ts';

/** What sessions() takes. Times are seconds. */
export interface SessionOptions {
  /** cookieStore(), memoryStore(), fileStore({ directory }), or one of your own. */
  store: SessionStore | RequestStore;
  /** Name of the cookie. Default: "sessionid". */
  cookieName?: string;
  /** Default: two weeks. */
  maxAgeSeconds?: number;
  /** The cookie ends with the browser, and the session after maxAgeSeconds. Default: false. */
  expireAtBrowserClose?: boolean;
  /** Keep the session after every request that has one, so that it ends maxAgeSeconds after the last. Default: when it was modified. */
  saveEveryRequest?: boolean;
  /** Only over HTTPS. Default: for requests that came over HTTPS. */
  secure?: boolean;
  /** Default: "lax". */
  sameSite?: 'strict' | 'lax' | 'none';
  domain?: string;
  /** Default: "/". */
  path?: string;
}

const KEYS = ['store', 'cookieName', 'maxAgeSeconds', 'expireAtBrowserClose', 'saveEveryRequest', 'secure', 'sameSite', 'domain', 'path'];
const CALL = 'sessions()';
const STATE_KEY = 'fastserve.session';
const TWO_WEEKS_S = 14 * 24 * 3600;
/** The most that user agents keep a cookie for (RFC 6265bis 5.5). */
const MAX_AGE_S = 400 * 24 * 3600;

/** The session of a request that may not have been asked for yet. */
class PendingSession {
  readonly #request: Request;
  readonly #source: SessionStore | RequestStore;
  readonly #cookieName: string;
  #store: SessionStore | null = null;
  #loading: Promise<Session> | null = null;
  /** null until loaded. */
  session: Session | null = null;

  constructor(request: Request, source: SessionStore | RequestStore, cookieName: string) {
    this.#request = request;
    this.#source = source;
    this.#cookieName = cookieName;
  }

  get store(): SessionStore {
    return (this.#store ??= typeof this.#source === 'function' ? this.#source(this.#request) : this.#source);
  }

  get wasAsked(): boolean {
    return this.#loading !== null;
  }

  load(): Promise<Session> {
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<Session> {
    const value = this.#request.cookie(this.#cookieName);
    const stored = value === undefined || value === '' ? undefined : await this.store.load(value);
    // An identity that the store does not know is never taken over: the client may have been given it by somebody.
    return (this.session = stored === undefined ? new Session() : new Session(stored.data, value));
  }

  /** Whether the client sent a cookie. */
  get hasCookie(): boolean {
    return this.#request.cookie(this.#cookieName) !== undefined;
  }
}

/**
 * Gives requests a session, which getSession() loads. FastServeError (FS_APP) for wrong options.
 *
 * @example
 * ```ts
 * defineApp({
 *   secretKey: process.env.SECRET_KEY,
 *   middleware: [sessions({ store: memoryStore() })],
 *   urls,
 * });
 * ```
 */
export function sessions(options: SessionOptions): Middleware {
  checkOptions(options);
  const { store, cookieName = 'sessionid' } = options;
  const keeper = new SessionKeeper(options);
  const layer: Middleware = function sessions(request, next) {
    const pending = new PendingSession(request, store, cookieName);
    request.state[STATE_KEY] = pending;
    return onResponse(next(), (response) => (pending.wasAsked ? keeper.finish(request, response, pending) : response));
  };
  return typeof store === 'function' ? Object.assign(layer, { needsSecretKey: store.needsSecretKey }) : layer;
}

/** The session of the request, loaded now if it was not yet. Rejects without sessions() among the middlewares. */
export async function getSession(request: Request): Promise<Session> {
  const pending = request.state[STATE_KEY] as PendingSession | undefined;
  if (pending === undefined) throw new Error('getSession(): sessions() is not among the middlewares, or comes after this one');
  return pending.load();
}

/** Whether sessions() is among the middlewares that the request has passed. */
export function hasSessions(request: Request): boolean {
  return request.state[STATE_KEY] !== undefined;
}

function checkOptions(options: SessionOptions): void {
  checkKeys(CALL, options, KEYS);
  const { store, maxAgeSeconds = TWO_WEEKS_S, sameSite, secure } = options;
  if (typeof store !== 'function' && typeof store?.load !== 'function') {
    refuse(CALL, `store is ${shown(store)}; expected cookieStore(), memoryStore(), fileStore({ directory }) or a SessionStore`);
  }
  checkNumber(CALL, 'maxAgeSeconds', maxAgeSeconds, 1);
  if (maxAgeSeconds > MAX_AGE_S) refuse(CALL, `maxAgeSeconds is ${maxAgeSeconds}; browsers keep no cookie for more than ${MAX_AGE_S} (400 days)`);
  checkChoice(CALL, 'sameSite', sameSite, ['strict', 'lax', 'none', undefined]);
  if (sameSite === 'none' && secure !== true) refuse(CALL, "sameSite 'none' requires secure: true");
}

/** Keeps sessions on the way out, and tells the browser. */
class SessionKeeper {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async finish(request: Request, response: Response, pending: PendingSession): Promise<Response> {
    addVary(response, 'Cookie');
    // Still being loaded: nobody can have changed it.
    const { session } = pending;
    if (session === null) return response;
    const { saveEveryRequest = false } = this.#options;
    const { store } = pending;
    const isGivenUp = session.loadedFrom !== null && (session.isRenewed || session.isEmpty);
    if (session.isEmpty) {
      if (isGivenUp) await store.remove(session.loadedFrom as string);
      if (pending.hasCookie) this.#deleteCookie(request, response);
      return response;
    }
    // What a failing view has left behind may be half of something.
    if (response.status >= 500 || !(session.isModified || saveEveryRequest)) return response;
    await this.#keep(request, response, session, store);
    if (isGivenUp) await store.remove(session.loadedFrom as string);
    return response;
  }

  async #keep(request: Request, response: Response, session: Session, store: SessionStore): Promise<void> {
    const { maxAgeSeconds = TWO_WEEKS_S, expireAtBrowserClose = false } = this.#options;
    const { expiry } = session;
    const seconds = typeof expiry === 'number' ? expiry : maxAgeSeconds;
    const stored = { data: session.toJSON(), expiresAt: Date.now() + seconds * 1000 };
    const isNew = session.loadedFrom === null || session.isRenewed;
    const value = await (isNew ? store.create(stored) : store.update(session.loadedFrom as string, stored));
    if (value === undefined) {
      throw new BadRequest('The session of this request was ended by another request (a log-out?) before it was done');
    }
    const isForBrowser = expiry === 'browser' || (expiry === undefined && expireAtBrowserClose);
    response.setCookie(this.#options.cookieName ?? 'sessionid', value, {
      ...this.#attributes(request),
      ...(isForBrowser ? {} : { maxAge: seconds }),
    });
  }

  #deleteCookie(request: Request, response: Response): void {
    response.deleteCookie(this.#options.cookieName ?? 'sessionid', this.#attributes(request));
  }

  #attributes(request: Request) {
    const { secure = request.scheme === 'https', sameSite = 'lax', domain, path = '/' } = this.#options;
    return { httpOnly: true, secure, sameSite, path, ...(domain === undefined ? {} : { domain }) };
  }
}
