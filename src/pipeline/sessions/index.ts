/** The face of the session layer. */
export { cookieStore, type CookieStoreOptions } from './cookie-store.ts';
export { fileStore, type FileStoreOptions } from './file-store.ts';
export { memoryStore } from './memory-store.ts';
export { getSession, hasSessions, sessions, type SessionOptions } from './middleware.ts';
export { Session, type SessionExpiry } from './session.ts';
export { type RequestStore, type SessionStore, type StoredSession } from './store.ts';
