/**
 * testClient(): a user agent for tests. Talks to an application with no server and no socket, keeps cookies, follows
 * redirects when asked to, and tells which templates were rendered. Runs on the calling thread.
 */
import {
  type ApplicationEnvironment,
  type GatewayApplication,
  type GatewayRequest,
  ROUTE_UNMATCHED,
  ROUTE_UNRESOLVED,
} from '../gateway/contract.ts';
import { answerTo, flattenHeaders, startApplication } from '../gateway/inject.ts';
import { CookieJar } from './cookie-jar.ts';
import { type TestRequestInit, testUrl, toGatewayRequest } from './test-request.ts';
import { type FollowedRedirect, TestResponse } from './test-response.ts';

/** What testClient() takes beside the application. */
export interface TestClientOptions {
  /** Where paths belong, "http://localhost" by default. */
  origin?: string;
  /** Sent with each request. */
  headers?: NonNullable<TestRequestInit['headers']>;
  /** Reject with the error of a view that fails, rather than give its 500. true by default. */
  raiseErrors?: boolean;
}

/** A request of a test client. */
export interface ClientRequestInit extends TestRequestInit {
  /** Follow redirects, at most 10. false by default. */
  follow?: boolean;
}

/** What is seen of one request. */
interface Seen {
  readonly templates: { name: string; context: object }[];
  readonly errors: Error[];
}

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** After these a request is repeated as it was (RFC 9110 15.4.8, 15.4.9). */
const REPEATED = new Set([307, 308]);

/** A user agent for tests: keeps cookies, follows redirects when asked, and knows what was rendered. No server, no socket. */
export class TestClient {
  readonly cookies: CookieJar;
  readonly #origin: URL;
  readonly #options: TestClientOptions;
  readonly #exported: unknown;
  readonly #seen = new WeakMap<GatewayRequest, Seen>();
  readonly #environment: ApplicationEnvironment = {
    debug: false,
    onError: (error, request) => void this.#seen.get(request)?.errors.push(error),
    onRender: (name, context, request) => void this.#seen.get(request)?.templates.push({ name, context }),
  };
  #application: Promise<GatewayApplication> | null = null;

  constructor(application: unknown, options: TestClientOptions) {
    this.#exported = application;
    this.#options = options;
    this.#origin = new URL(options.origin ?? 'http://localhost');
    this.cookies = new CookieJar(this.#origin);
  }

  get(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('GET', url, init);
  }

  head(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('HEAD', url, init);
  }

  options(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('OPTIONS', url, init);
  }

  post(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('POST', url, init);
  }

  put(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('PUT', url, init);
  }

  patch(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('PATCH', url, init);
  }

  delete(url: string, init?: ClientRequestInit): Promise<TestResponse> {
    return this.request('DELETE', url, init);
  }

  /**
   * Sends a request: a path or an absolute URL. The application is started with the first one. Rejects with the error of a view
   * that failed (see raiseErrors), as inject() does, and after 10 redirects.
   */
  async request(method: string, url: string, init: ClientRequestInit = {}): Promise<TestResponse> {
    let step = { method, url: testUrl(url, this.#origin, init.query), init };
    const redirects: FollowedRedirect[] = [];
    while (true) {
      const response = await this.#send(step.method, step.url, step.init, redirects);
      const location = response.headers.get('location');
      if (init.follow !== true || !REDIRECTS.has(response.status) || location === null) return response;
      if (redirects.length === MAX_REDIRECTS) throw new Error(`${method} ${url}: more than ${MAX_REDIRECTS} redirects, the last one to ${location}`);
      step = nextStep(step, response.status, new URL(location, step.url));
      redirects.push({ status: response.status, url: step.url.href });
    }
  }

  /** Runs the application's stop hook. A later request starts it again. */
  async close(): Promise<void> {
    const application = this.#application;
    this.#application = null;
    await (await application)?.stop?.();
  }

  async #send(method: string, url: URL, init: TestRequestInit, redirects: readonly FollowedRedirect[]): Promise<TestResponse> {
    const application = await (this.#application ??= startApplication(this.#exported, this.#environment));
    const routeId = application.manifest === null ? ROUTE_UNMATCHED : ROUTE_UNRESOLVED;
    const cookie = this.cookies.fieldFor(url);
    const headers = withDefaults(this.#options.headers, init.headers);
    const request = toGatewayRequest({ method, url, fields: cookie === undefined ? [] : ['cookie', cookie], routeId }, { ...init, headers });
    const seen: Seen = { templates: [], errors: [] };
    this.#seen.set(request, seen);
    const answer = await answerTo(request, application, this.#environment);
    if (seen.errors.length > 0 && (this.#options.raiseErrors ?? true)) throw seen.errors[0] as Error;
    for (const line of answer.headers.getSetCookie()) this.cookies.take(url, line);
    return new TestResponse(answer, { url: url.href, templates: seen.templates, redirects: [...redirects] });
  }
}

/** A user agent for an application of any form: const client = testClient(app); (await client.get('/')).status. */
export function testClient(application: unknown, options: TestClientOptions = {}): TestClient {
  return new TestClient(application, options);
}

interface Step {
  readonly method: string;
  readonly url: URL;
  readonly init: ClientRequestInit;
}

/** RFC 9110 15.4: all but 307 and 308 turn a request with content into GET. */
function nextStep({ method, init }: Step, status: number, url: URL): Step {
  if (REPEATED.has(status)) return { method, url, init };
  const { body, json, form, multipart, ...rest } = init;
  return { method: method === 'HEAD' ? 'HEAD' : 'GET', url, init: rest };
}

/** Defaults first; a name that a request gives replaces all lines of it. */
function withDefaults(defaults: TestClientOptions['headers'], given: TestRequestInit['headers']): [string, string][] {
  const lines = (headers: TestRequestInit['headers']): [string, string][] => {
    const flat = flattenHeaders(headers ?? {});
    return flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name.toLowerCase(), flat[index + 1] as string]] : []));
  };
  const own = lines(given);
  const names = new Set(own.map(([name]) => name));
  return [...lines(defaults).filter(([name]) => !names.has(name)), ...own];
}
