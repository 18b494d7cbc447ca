/**
 * cookieStore(): the session itself is the cookie, signed. The server keeps nothing, so nothing is shared and nothing is lost,
 * but the client can read it, and can bring back an old one until it ends: log-out does not end a copy.
 */
import { refuse } from '../check-options.ts';
import { applicationSigner, makeSigner, type TextSigner } from '../signer.ts';
import type { RequestStore, SessionStore, StoredSession } from './store.ts';
import { fromText, toText } from './stored-text.ts';

/** A key of the store's own; without it the application's secretKey signs. */
export interface CookieStoreOptions {
  /** Signs the cookies; random, at least 32 characters, the same in all workers and servers. */
  key: string;
  /** Older keys, whose cookies still count. */
  fallbacks?: readonly string[];
}

/** User agents keep 4096 bytes for one cookie (RFC 6265 6.1), name and attributes included. */
const MAX_VALUE_LENGTH = 3800;
const PURPOSE = 'sessions';

/**
 * Without options cookies are signed with the secretKey of defineApp(), which refuses to be without. FastServeError (FS_APP) for
 * a key that is too short.
 */
export function cookieStore(): RequestStore;
export function cookieStore(options: CookieStoreOptions): SessionStore;
export function cookieStore(options?: CookieStoreOptions): SessionStore | RequestStore {
  if (options === undefined) {
    return Object.assign((request: Parameters<RequestStore>[0]) => sealedStore(applicationSigner(request, PURPOSE)), {
      needsSecretKey: 'cookieStore()',
    });
  }
  const { key, fallbacks = [] } = options;
  if (key === undefined) refuse('cookieStore()', 'key is undefined; is its environment variable set? For the secretKey of defineApp() write cookieStore()');
  return sealedStore(makeSigner('cookieStore()', PURPOSE, key, fallbacks));
}

function sealedStore(signer: TextSigner): SessionStore {
  const seal = (session: StoredSession): string => {
    const value = signer.sign(Buffer.from(toText(session), 'utf8').toString('base64url'));
    if (value.length <= MAX_VALUE_LENGTH) return value;
    throw new RangeError(`the session needs a cookie of ${value.length} bytes; cookieStore() holds ${MAX_VALUE_LENGTH}. Keep less in it, or use memoryStore() or fileStore()`);
  };
  return {
    load(value) {
      const text = signer.unsign(value);
      return text === undefined ? undefined : fromText(Buffer.from(text, 'base64url').toString('utf8'));
    },
    create: seal,
    update: (_value, session) => seal(session),
    remove: () => {},
  };
}
