/**
 * The cookies of a test client, stored and sent as user agents do (RFC 6265 5.3, 5.4). SameSite does not matter: the client
 * never comes from another site. Any thread.
 */
import { percentDecode } from '../http/content/form-decoding.ts';

interface StoredCookie {
  readonly name: string;
  /** As it was sent. */
  readonly value: string;
  /** Without leading dot. */
  readonly domain: string;
  readonly isHostOnly: boolean;
  readonly path: string;
  readonly isSecure: boolean;
  /** Milliseconds since 1970; Infinity: until the jar is emptied. */
  readonly expires: number;
}

/** The cookies of a test client, as a browser would keep them for one site. */
export class CookieJar {
  /** By domain, path and name. */
  readonly #cookies = new Map<string, StoredCookie>();
  readonly #origin: URL;

  /** origin: where get() and set() look. */
  constructor(origin: URL) {
    this.#origin = origin;
  }

  /** The decoded value of a cookie that "/" would be sent, undefined without one. */
  get(name: string): string | undefined {
    const cookie = this.#matching(this.#origin).find((candidate) => candidate.name === name);
    return cookie === undefined ? undefined : percentDecode(cookie.value);
  }

  /** Adds a cookie for all of the origin. */
  set(name: string, value: string): void {
    const scope = { domain: this.#origin.hostname, isHostOnly: true, path: '/', isSecure: false, expires: Infinity };
    this.#store({ name, value: encodeURIComponent(value), ...scope });
  }

  /** Forgets every cookie of this name. */
  delete(name: string): void {
    for (const [key, cookie] of this.#cookies) if (cookie.name === name) this.#cookies.delete(key);
  }

  clear(): void {
    this.#cookies.clear();
  }

  /** The value of Cookie for a request; undefined without cookies. Longer paths come first. */
  fieldFor(url: URL): string | undefined {
    const pairs = this.#matching(url).map(({ name, value }) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** Takes over what a response to a request of this URL sets. A Set-Cookie for another host is passed over. */
  take(url: URL, setCookie: string): void {
    const [pair = '', ...attributeTexts] = setCookie.split(';');
    const equals = pair.indexOf('=');
    if (equals < 1) return;
    const attributes = new Map(attributeTexts.map(parseAttribute));
    const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
    if (domain !== '' && !isWithin(url.hostname, domain)) return;
    const path = attributes.get('path') ?? '';
    this.#store({
      name: pair.slice(0, equals).trim(),
      value: pair.slice(equals + 1).trim(),
      domain: domain === '' ? url.hostname : domain,
      isHostOnly: domain === '',
      path: path.startsWith('/') ? path : (/^(.+)\/[^/]*$/.exec(url.pathname)?.[1] ?? '/'),
      isSecure: attributes.has('secure'),
      expires: expiryOf(attributes),
    });
  }

  #store(cookie: StoredCookie): void {
    const key = JSON.stringify([cookie.domain, cookie.path, cookie.name]);
    if (cookie.expires <= Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
  }

  #matching(url: URL): StoredCookie[] {
    // User agents treat the loopback host as secure (W3C Secure Contexts 3.1).
    const isSecure = url.protocol === 'https:' || url.hostname === 'localhost';
    return [...this.#cookies.values()]
      .filter((cookie) => cookie.expires > Date.now() && (isSecure || !cookie.isSecure))
      .filter(({ domain, isHostOnly }) => (isHostOnly ? url.hostname === domain : isWithin(url.hostname, domain)))
      .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .sort((a, b) => b.path.length - a.path.length);
  }
}

function parseAttribute(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text.trim().toLowerCase(), ''] : [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim()];
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Max-Age wins over Expires (RFC 6265 5.3). */
function expiryOf(attributes: ReadonlyMap<string, string>): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Date.now() + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Infinity : expires;
}
