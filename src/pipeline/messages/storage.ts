/** Where messages wait for the next page: a signed cookie of their own, or the session. */
import type { Request } from '../../http/request.ts';
import type { Response } from '../../http/response.ts';
import { addVary } from '../middleware/index.ts';
import { getSession } from '../sessions/index.ts';
import { applicationSigner, makeSigner, type TextSigner } from '../signer.ts';
import { type Message, packMessages, unpackMessages } from './message.ts';

export interface MessageStorage {
  /** What waits for this client. */
  load(request: Request): Message[] | Promise<Message[]>;
  /** Keeps these in the place of what waited; none forgets them. */
  save(request: Request, response: Response, messages: readonly Message[]): Response | Promise<Response>;
}

const COOKIE_NAME = 'messages';
const PURPOSE = 'messages';
const SESSION_NAME = '_messages';
/** Beside a session and other cookies the fields of a request must stay small. */
const MAX_COOKIE_LENGTH = 2048;

/** In a signed cookie. When they are too many the oldest are dropped. FastServeError (FS_APP) for a key that is too short. */
export function cookieStorage(key: string, fallbacks: readonly string[]): MessageStorage {
  const signer = makeSigner('messages()', PURPOSE, key, fallbacks);
  return signedCookie(() => signer);
}

/** The same, signed with the secret key of the application. */
export const applicationCookieStorage: MessageStorage = signedCookie((request) => applicationSigner(request, PURPOSE));

function signedCookie(signerOf: (request: Request) => TextSigner): MessageStorage {
  return {
    load(request) {
      const cookie = request.cookie(COOKIE_NAME);
      if (cookie === undefined || cookie === '') return [];
      const text = signerOf(request).unsign(cookie);
      return text === undefined ? [] : unpackMessages(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    },
    save(request, response, messages) {
      addVary(response, 'Cookie');
      const attributes = { httpOnly: true, secure: request.scheme === 'https', sameSite: 'lax' } as const;
      if (messages.length > 0) return response.setCookie(COOKIE_NAME, seal(signerOf(request), messages), attributes);
      return request.cookie(COOKIE_NAME) !== undefined ? response.deleteCookie(COOKIE_NAME, attributes) : response;
    },
  };
}

/** In the session; sessions() must come before messages(). */
export const sessionStorage: MessageStorage = {
  async load(request) {
    return unpackMessages((await getSession(request)).get(SESSION_NAME));
  },
  async save(request, response, messages) {
    const session = await getSession(request);
    if (messages.length > 0) session.set(SESSION_NAME, packMessages(messages));
    else session.delete(SESSION_NAME);
    return response;
  },
};

function seal(signer: TextSigner, messages: readonly Message[]): string {
  for (let from = 0; from < messages.length; from++) {
    const json = JSON.stringify(packMessages(messages.slice(from)));
    const value = signer.sign(Buffer.from(json, 'utf8').toString('base64url'));
    if (value.length <= MAX_COOKIE_LENGTH) return value;
  }
  throw new RangeError(`a message is longer than a cookie holds (${MAX_COOKIE_LENGTH} bytes); use messages({ storage: 'session' }) or a shorter text`);
}
