/**
 * One visitor's session within one request: JSON values by name. Loaded when it is first asked for, kept when the response leaves
 * (sessions()). Belongs to its request.
 */

/** How the cookie lives: whole seconds from now, or until the browser ends. */
export type SessionExpiry = number | 'browser';

/** Names of the session's own; values of applications may not begin so. */
const EXPIRY_NAME = '_expiry';

/** What is remembered of one visitor: JSON values by name. Kept when the response leaves, if it was modified. */
export class Session {
  readonly #values: Map<string, unknown>;
  /** The cookie's value that it was loaded by; null for a new one. */
  readonly loadedFrom: string | null;
  #isModified = false;
  #isRenewed = false;

  constructor(data: Readonly<Record<string, unknown>> = {}, loadedFrom: string | null = null) {
    this.#values = new Map(Object.entries(data));
    this.loadedFrom = loadedFrom;
  }

  /** A value as it was set; undefined when there is none. What is changed inside of it must be set again to be kept. */
  get<Value = unknown>(name: string): Value | undefined {
    return this.#values.get(name) as Value | undefined;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Sets a JSON value. TypeError for what has no JSON form. */
  set(name: string, value: unknown): void {
    if (JSON.stringify(value) === undefined) throw new TypeError(`session.set('${name}'): a value of type ${typeof value} has no JSON form`);
    this.#values.set(name, value);
    this.#isModified = true;
  }

  delete(name: string): void {
    if (this.#values.delete(name)) this.#isModified = true;
  }

  /** Gives the value and deletes it. */
  take<Value = unknown>(name: string): Value | undefined {
    const value = this.get<Value>(name);
    this.delete(name);
    return value;
  }

  /** A new identity with the same content: for the moment at which somebody gains rights (session fixation). */
  cycleKey(): void {
    this.#isRenewed = true;
    this.#isModified = true;
  }

  /** Forgets everything, and the identity: for log-out. */
  flush(): void {
    this.#values.clear();
    this.cycleKey();
  }

  /** Sets how long this session lives, in the place of the middleware's maxAgeSeconds. undefined goes back to that. RangeError for less than 1. */
  setExpiry(expiry: SessionExpiry | undefined): void {
    if (typeof expiry === 'number' && !(Number.isSafeInteger(expiry) && expiry > 0)) {
      throw new RangeError(`session.setExpiry(${expiry}): expected whole seconds of at least 1, or 'browser'`);
    }
    if (expiry === undefined) this.delete(EXPIRY_NAME);
    else this.set(EXPIRY_NAME, expiry);
  }

  /** What setExpiry() set. */
  get expiry(): SessionExpiry | undefined {
    return this.get<SessionExpiry>(EXPIRY_NAME);
  }

  /** Without any value. An empty session is not kept. */
  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  get isModified(): boolean {
    return this.#isModified;
  }

  /** Whether the identity that it was loaded by is given up. */
  get isRenewed(): boolean {
    return this.#isRenewed;
  }

  /** All values, for a store. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}
