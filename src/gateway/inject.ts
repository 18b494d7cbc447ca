/**
 * inject(): runs any form of application with no server and no socket, for tests. Runs on the calling thread.
 */
import { activateStaticFiles } from '../pipeline/static/index.ts';
import { adaptApplication } from './adapters/index.ts';
import {
  type ApplicationEnvironment,
  type FlatFields,
  GatheredPage,
  type GatewayApplication,
  type Respond,
  type ResponseBody,
  ROUTE_UNMATCHED,
  ROUTE_UNRESOLVED,
} from './contract.ts';
import { DEFAULT_ENVIRONMENT } from './inject/environment.ts';
import { AlreadyAnsweredError } from './errors.ts';
import { checkedFields } from './inject/field-check.ts';
import { InjectedResponse } from './inject/response.ts';
import { pieceBytes, plainPageAnswer } from './answers/page-body.ts';
import { PlainRequest } from './inject/plain-request.ts';

/** A request for inject(). */
export interface InjectRequest {
  /** GET by default. */
  method?: string;
  /** "/path?query", or an absolute URL. */
  url: string;
  headers?: Readonly<Record<string, string | readonly string[]>> | Iterable<readonly [string, string]>;
  /** Text is sent as UTF-8. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

interface Answer {
  status: number;
  fields: FlatFields;
  body: ResponseBody;
}

const FAILURE: Answer = { status: 500, fields: ['content-type', 'text/plain; charset=utf-8'], body: '500 Internal Server Error\n' };
const started = new WeakMap<object, Promise<GatewayApplication>>();

/**
 * Sends one request to an application and collects the answer. The application is started once, at the first call with it.
 * Rejects for a request that no front would pass on, an application that fails to start, or a body that fails on its way.
 *
 * @example
 * ```ts
 * const response = await inject(app, { method: 'POST', url: '/notes/', headers: { 'content-type': 'application/json' }, body: '{}' });
 * console.log(response.status, response.json());
 * ```
 */
export async function inject(application: unknown, request: string | InjectRequest): Promise<InjectedResponse> {
  const adapted = await startOnce(application);
  const plain = toPlainRequest(typeof request === 'string' ? { url: request } : request, adapted.manifest !== null);
  return answerTo(plain, adapted, DEFAULT_ENVIRONMENT);
}

/** Adapts an application and starts it. Rejects as its start does; TypeError for what is no application. */
export async function startApplication(exported: unknown, environment: ApplicationEnvironment): Promise<GatewayApplication> {
  const adapted = adaptApplication(exported);
  activateStaticFiles(environment.staticDirectories);
  await adapted.start?.(environment);
  return adapted;
}

/** The answer of a started application, collected. `environment` hears of a failure. Rejects when the body fails on its way. */
export async function answerTo(
  request: PlainRequest,
  application: GatewayApplication,
  environment: ApplicationEnvironment,
): Promise<InjectedResponse> {
  const { status, fields, body } = await run(application, request, environment);
  const isBodyless = request.method === 'HEAD' || [204, 205, 304].includes(status);
  if (isBodyless) await discard(body);
  return new InjectedResponse(status, fields, isBodyless ? new Uint8Array(0) : await collect(body));
}

function startOnce(exported: unknown): Promise<GatewayApplication> {
  const isKey = typeof exported === 'function' || (typeof exported === 'object' && exported !== null);
  const known = isKey ? started.get(exported) : undefined;
  if (known !== undefined) return known;
  const starting = startApplication(exported, DEFAULT_ENVIRONMENT);
  if (isKey) started.set(exported, starting);
  return starting;
}

function toPlainRequest({ method = 'GET', url, headers = {}, body }: InjectRequest, hasUrlconf: boolean): PlainRequest {
  const fields = flattenHeaders(headers);
  if (!fields.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')) fields.unshift('host', 'localhost');
  return new PlainRequest({
    method,
    target: url,
    fields,
    scheme: url.startsWith('https:') ? 'https' : 'http',
    routeId: hasUrlconf ? ROUTE_UNRESOLVED : ROUTE_UNMATCHED,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? new TextEncoder().encode(body) : body }),
  });
}

/** name, value, name, value... of either form of headers. */
export function flattenHeaders(headers: NonNullable<InjectRequest['headers']>): string[] {
  if (Symbol.iterator in headers) return [...headers].flat();
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).flatMap((line) => [name, line]),
  );
}

/** Calls the application as the gateway does: a failure before it answered is reported and becomes 500. */
function run(application: GatewayApplication, request: PlainRequest, environment: ApplicationEnvironment): Promise<Answer> {
  return new Promise((resolve) => {
    let answered = false;
    const respond: Respond = (status, fields, body) => {
      if (answered) throw new AlreadyAnsweredError();
      const flat = checkedFields(status, fields);
      const answer = body instanceof GatheredPage ? plainPageAnswer(request, status, flat, body) : { status, fields: flat, body };
      answered = true;
      resolve(answer);
    };
    const failed = (error: unknown): void => {
      environment.onError(error instanceof Error ? error : new Error(String(error)), request);
      answered = true;
      resolve(FAILURE);
    };
    try {
      Promise.resolve(application.handle(request, respond)).catch(failed);
    } catch (error) {
      failed(error);
    }
  });
}

async function collect(body: ResponseBody): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (!(Symbol.asyncIterator in body)) throw new TypeError('inject(): bodies made by staticBody() live in the server and cannot be read here');
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    const bytes = pieceBytes(piece);
    pieces.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  }
  return Buffer.concat(pieces);
}

async function discard(body: ResponseBody): Promise<void> {
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) await body[Symbol.asyncIterator]().return?.();
}
