/**
 * Where sessions are kept. An own store (Redis, a database) implements this interface; all methods may be asynchronous. A store
 * is made when the application is loaded, once in each worker.
 */

import type { Request } from '../../http/request.ts';

/** What is kept of one session. */
export interface StoredSession {
  /** JSON values by name. */
  readonly data: Readonly<Record<string, unknown>>;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where sessions are kept: implement it for a database. All methods may be asynchronous; what they reject with becomes a 500. */
export interface SessionStore {
  /** The session that a cookie's value stands for; undefined when there is none or it has ended. Bytes from a client: never throws for them. */
  load(value: string): StoredSession | undefined | Promise<StoredSession | undefined>;
  /** Keeps a new session. Gives the value for the cookie, which nobody can guess or make. */
  create(session: StoredSession): string | Promise<string>;
  /**
   * Replaces a session. Gives the value for the cookie (most stores: the same), or undefined when it is not there any more, for
   * another request may have ended it: it must not come back to life.
   */
  update(value: string, session: StoredSession): string | undefined | Promise<string | undefined>;
  /** Forgets a session; nothing when there is none. */
  remove(value: string): void | Promise<void>;
}

/** A store that works with what the application of a request has: its secret key. */
export interface RequestStore {
  (request: Request): SessionStore;
  /** The call that defineApp() names when it has no secretKey. */
  readonly needsSecretKey: string;
}
