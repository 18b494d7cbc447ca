/**
 * Making requests for tests, for an application or for a view alone. Any thread.
 */
import { flattenHeaders, type InjectRequest } from '../gateway/inject.ts';
import { PlainRequest } from '../gateway/inject/plain-request.ts';
import { Request } from '../http/request.ts';
import { encodeContent, encodeForm, type FormValues, type TestContent } from './encode.ts';

/** What testRequest() takes beside the URL. */
export interface TestRequestInit extends TestContent {
  headers?: NonNullable<InjectRequest['headers']>;
  /** Added to the query of the URL. */
  query?: FormValues;
  /** Aborts request.signal. */
  signal?: AbortSignal;
  /** Address of the client, 127.0.0.1 by default. */
  remoteAddress?: string;
}

/** What a request needs beside its init. */
export interface RequestTarget {
  readonly method: string;
  readonly url: URL;
  /** Further field lines: name, value, name, value... */
  readonly fields: readonly string[];
  readonly routeId: number;
}

const DEFAULT_ORIGIN = 'http://localhost';

/** URL of a request with its query. TypeError for what is no URL. */
export function testUrl(url: string, base: URL, query: FormValues | undefined): URL {
  const full = new URL(url, base);
  if (query !== undefined) full.search = [full.search.slice(1), encodeForm(query)].filter((part) => part !== '').join('&');
  return full;
}

/** The gateway's form of a request. Host, Content-Type and Content-Length are there unless the headers say them. */
export function toGatewayRequest({ method, url, fields, routeId }: RequestTarget, init: TestRequestInit): PlainRequest {
  const { body, type } = encodeContent(init);
  const given = [...fields, ...flattenHeaders(init.headers ?? {})];
  const names = new Set(given.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const add = (name: string, value: string | undefined): string[] => (value === undefined || names.has(name) ? [] : [name, value]);
  const length = body instanceof Uint8Array ? String(body.byteLength) : undefined;
  return new PlainRequest({
    method,
    target: `${url.pathname}${url.search}`,
    fields: [...add('host', url.host), ...given, ...add('content-type', type), ...add('content-length', length)],
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    routeId,
    ...(body === undefined ? {} : { body }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
    ...(init.remoteAddress === undefined ? {} : { remoteAddress: init.remoteAddress }),
  });
}

/**
 * A request to call a view or a middleware with, outside of any application: view(testRequest('/search/?q=x'), {}). The method is
 * POST when there is content, else GET. What needs an application (resolverMatch, signed cookies, render()) does not work.
 */
export function testRequest(url: string, init: TestRequestInit & { method?: string } = {}): Request {
  const hasContent = [init.body, init.json, init.form, init.multipart].some((content) => content !== undefined);
  const { method = hasContent ? 'POST' : 'GET', query } = init;
  return new Request(toGatewayRequest({ method, url: testUrl(url, new URL(DEFAULT_ORIGIN), query), fields: [], routeId: -1 }, init));
}
