/**
 * PlainRequest: a gateway request made of plain values, with no socket behind it. For inject() and for tests of applications
 * and adapters; what the front refuses natively is refused here with TypeError.
 */
import { pathAndQuery } from '../../http/request/url.ts';
import { TOKEN } from '../../http/token.ts';
import { type GatewayBody, type GatewayRequest, ROUTE_UNRESOLVED } from '../contract.ts';
import { normalizePath } from './normal-path.ts';
import { PlainBody } from './plain-body.ts';

export interface PlainRequestInit {
  /** GET by default. */
  method?: string;
  /** The request-target as it would be sent: "/blog/?page=2". */
  target: string;
  /** name, value, name, value... as sent. */
  fields?: readonly string[];
  /** Content; an async iterable stands for a chunked body. */
  body?: Uint8Array | AsyncIterable<Uint8Array>;
  scheme?: 'http' | 'https';
  remoteAddress?: string;
  remotePort?: number;
  /** ROUTE_UNRESOLVED by default. */
  routeId?: number;
  /** Captured parameters by position, for a routeId of a route. */
  params?: readonly string[];
  signal?: AbortSignal;
}

/** Visible ASCII (RFC 3986 2), and bytes beyond it, which clients send unencoded. */
const TARGET = /^[\x21-\x7e\x80-\uffff]+$/;

export class PlainRequest implements GatewayRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly httpVersion = '1.1' as const;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly routeId: number;
  readonly chunked: boolean;
  readonly body: GatewayBody;
  readonly #fields: readonly string[];
  readonly #params: readonly string[];
  #signal: AbortSignal | undefined;

  /** TypeError for a method that is no token, a target with blanks, or a path that the front would refuse with 400. */
  constructor(init: PlainRequestInit) {
    this.method = init.method ?? 'GET';
    this.target = init.target;
    if (!TOKEN.test(this.method)) throw new TypeError(`the method ${JSON.stringify(this.method)} is not a token`);
    if (!TARGET.test(this.target)) throw new TypeError(`the target ${JSON.stringify(this.target)} is empty or holds blanks or control characters`);
    const whole = pathAndQuery(this.target);
    const mark = whole.indexOf('?');
    const path = this.target === '*' ? '*' : normalizePath(mark === -1 ? whole : whole.slice(0, mark));
    if (path === undefined) throw new TypeError(`the target ${JSON.stringify(this.target)} has a broken escape or climbs above the root: the front answers 400`);
    this.path = path;
    this.query = mark === -1 ? '' : whole.slice(mark + 1);
    this.#fields = init.fields ?? [];
    this.scheme = init.scheme ?? 'http';
    this.authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i.exec(this.target)?.[1] ?? this.field('host') ?? '';
    this.remoteAddress = init.remoteAddress ?? '127.0.0.1';
    this.remotePort = init.remotePort ?? 0;
    this.routeId = init.routeId ?? ROUTE_UNRESOLVED;
    this.body = new PlainBody(init.body ?? new Uint8Array(0));
    this.chunked = this.body.length !== 0 && this.field('content-length') === undefined;
    this.#params = init.params ?? [];
    this.#signal = init.signal;
  }

  get paramCount(): number {
    return this.#params.length;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }

  param(index: number): string {
    const value = this.#params[index];
    if (value === undefined) throw new RangeError(`param(${index}): the request has ${this.#params.length} path parameters`);
    return value;
  }

  field(name: string): string | undefined {
    const values: string[] = [];
    for (let i = 0; i + 1 < this.#fields.length; i += 2) {
      if ((this.#fields[i] as string).toLowerCase() === name) values.push(this.#fields[i + 1] as string);
    }
    return values.length === 0 ? undefined : values.join(name === 'cookie' ? '; ' : ', ');
  }

  rawFields(): string[] {
    return [...this.#fields];
  }
}
