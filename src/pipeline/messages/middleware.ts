/** messages(): texts for the next page that shows some, after Django's messages framework ("The entry was saved"). */
import type { Request } from '../../http/request.ts';
import { checkChoice, checkKeys, refuse } from '../check-options.ts';
import { type Middleware, onResponse } from '../middleware/index.ts';
import { hasSessions } from '../sessions/index.ts';
import type { MessageLevel } from './message.ts';
import { type MessageList, RequestMessages } from './request-messages.ts';
import { applicationCookieStorage, cookieStorage, type MessageStorage, sessionStorage } from './storage.ts';

/** What messages() takes. */
export interface MessagesOptions {
  /** 'cookie': a signed cookie. 'session': needs sessions() before it. Default: 'cookie'. */
  storage?: 'cookie' | 'session';
  /** Signs the cookie; random, at least 32 characters, the same in all workers and servers. Default: the secretKey of defineApp(). */
  key?: string;
  /** Older keys, whose cookies still count. */
  fallbacks?: readonly string[];
}

const STATE_KEY = 'fastserve.messages';
const CALL = 'messages()';

/** Keeps messages between requests. FastServeError (FS_APP) for wrong options. */
export function messages(options: MessagesOptions = {}): Middleware {
  const storage = storageFor(options);
  const layer: Middleware = function messages(request, next) {
    if (storage === sessionStorage && !hasSessions(request)) {
      throw new Error("messages({ storage: 'session' }): sessions() must come before it in the list of middlewares");
    }
    const own = new RequestMessages(request, storage);
    request.state[STATE_KEY] = own;
    return onResponse(next(), (response) => (own.hasChanged ? own.settle(response) : response));
  };
  const signsForApplication = storage !== sessionStorage && options.key === undefined;
  return signsForApplication ? Object.assign(layer, { needsSecretKey: CALL }) : layer;
}

/** Adds a message for the next page that shows messages; it may be that of this response. `tags`: classes beside the level's. */
export function addMessage(request: Request, level: MessageLevel, text: string, tags = ''): void {
  messagesOf(request, 'addMessage()').add({ level, text, tags: tags === '' ? level : `${tags} ${level}` });
}

/** The messages to show now. A promise with the storage 'session'. */
export function getMessages(request: Request): MessageList | Promise<MessageList> {
  return messagesOf(request, 'getMessages()').list();
}

function storageFor(options: MessagesOptions): MessageStorage {
  checkKeys(CALL, options, ['storage', 'key', 'fallbacks']);
  const { storage = 'cookie', key, fallbacks = [] } = options;
  checkChoice(CALL, 'storage', storage, ['cookie', 'session']);
  if (storage === 'session') {
    if (key !== undefined) refuse(CALL, "key has no meaning with storage: 'session'; leave it out");
    return sessionStorage;
  }
  if (key !== undefined) return cookieStorage(key, fallbacks);
  if ('key' in options || 'fallbacks' in options) {
    refuse(CALL, 'key is undefined; is its environment variable set? For the secretKey of defineApp() leave key and fallbacks out');
  }
  return applicationCookieStorage;
}

function messagesOf(request: Request, call: string): RequestMessages {
  const own = request.state[STATE_KEY] as RequestMessages | undefined;
  if (own === undefined) throw new Error(`${call}: messages() is not among the middlewares, or comes after this one`);
  return own;
}
