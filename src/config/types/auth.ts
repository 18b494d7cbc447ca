/** Types of `auth`: who must prove who they are, as written and as the server runs on it. */
import type { NativeChecker, NativeGate } from '../../native/gate-options.ts';
import type { ScopeConfig } from './rules.ts';
import type { Duration } from './quantities.ts';

/** Who may come in below a prefix. The first rule that covers a request counts; exactly one of users, request and anyone is there. */
export interface AuthConfig extends ScopeConfig {
  /** Basic authentication (RFC 7617): a file with a line "name:scrypt$..." for each user, as hashPassword() makes them. */
  users?: string | undefined;
  /** With users: what browsers show. Default: "restricted". */
  realm?: string | undefined;
  /**
   * Sub-request authentication: a checker is asked with GET. 2xx lets the request pass, 401 and 403 are the client's answer, with
   * WWW-Authenticate and Set-Cookie; another status is 500, no answer is 503.
   */
  request?: CheckerConfig | undefined;
  /** With request: fields of the client that the checker gets. Default: ["Authorization", "Cookie"]. */
  forward?: readonly string[] | undefined;
  /** With request: fields of the checker's 2xx that the request gets; those that the client sent are dropped. Default: none. */
  copy?: readonly string[] | undefined;
  /** With request: the field of the checker's 2xx that names the user in the access log. Default: none. */
  user?: string | undefined;
  /** With request: a 3xx of the checker goes to the client, with Location and Set-Cookie. Default: false. */
  redirect?: boolean | undefined;
  /** With request: how long a verdict holds for the same question. Default: 0, each request is asked for. */
  cache?: Duration | VerdictCacheConfig | undefined;
  /** With request: until the checker's answer. Default: "5s". */
  timeout?: Duration | undefined;
  /** true: nobody is asked; for what lies below a prefix of a later rule. */
  anyone?: true | undefined;
}

/** An upstream and a path of it, or a path of the application. */
export interface CheckerConfig {
  /** A name of upstreams, or the address of one server. */
  upstream?: string | undefined;
  /** With upstream. */
  path?: string | undefined;
  /** A path that a view of the application answers. */
  view?: string | undefined;
}

/** How long a verdict of a checker holds, and for whom. */
export interface VerdictCacheConfig {
  time: Duration;
  /** Which questions have the same verdict, as a text with variables. Default: those that are the same in method, host, target, client and forwarded fields. */
  key?: string | undefined;
}

export type AuthUser = AuthRule['users'][number];

export type Checker = NativeChecker;

/** Without users and without a checker anyone may pass. */
export type AuthRule = NativeGate['auth'][number];
