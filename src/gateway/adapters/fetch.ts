/**
 * Fetch handlers: { fetch(request, info) }, as Hono, h3 and others export. Runs on the application's thread.
 *
 * Request and Response are the global ones here (WHATWG fetch), not those of the pipeline.
 */
import type { ReadableStream as WebStream, ReadableStreamDefaultReader } from 'node:stream/web';
import { sendEarlyHints } from '../../http/request/early-hints.ts';
import { absoluteUrl } from '../../http/request/url.ts';
import { defineHead, type GatewayApplication, type GatewayRequest, type Respond, type ResponseBody } from '../contract.ts';

type FetchRequest = globalThis.Request;
type FetchResponse = globalThis.Response;
type Reader = ReadableStreamDefaultReader<Uint8Array>;
type ReadResult = Awaited<ReturnType<Reader['read']>>;

/** What the handler hears of a request beside the fetch Request. */
export interface FetchInfo {
  /** Address of the peer, "" for unix sockets. */
  readonly remoteAddress: string;
  /** Port of the peer, 0 for unix sockets. */
  readonly remotePort: number;
  /** 103 Early Hints with these values of Link, before the answer: '</site.css>; rel=preload; as=style'. See Request.sendEarlyHints(). */
  sendEarlyHints(links: string | readonly string[]): void;
}

/** An application in the form of the Fetch standard, as Hono and others export it. Request and Response are the global ones. */
export interface FetchHandler {
  fetch(request: FetchRequest, info: FetchInfo): FetchResponse | Promise<FetchResponse>;
}

const TEXT = defineHead(['content-type', 'text/plain; charset=utf-8']);
/** Methods that fetch refuses (fetch 2.2.1). */
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

export function isFetchHandler(exported: unknown): exported is FetchHandler {
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return false;
  return typeof (exported as { fetch?: unknown }).fetch === 'function';
}

/** What the handler throws goes on to the gateway, which answers 500 and logs it. */
export function adaptFetch(handler: FetchHandler): GatewayApplication {
  const handle = async (request: GatewayRequest, respond: Respond): Promise<void> => {
    if (FORBIDDEN_METHODS.has(request.method.toUpperCase())) return respond(501, TEXT, '501 Not Implemented\n');
    const fetchRequest = toFetchRequest(request);
    if (fetchRequest === undefined) return respond(400, TEXT, '400 Bad Request\n');
    const response: unknown = await handler.fetch(fetchRequest, new Info(request));
    if (!isFetchResponse(response)) {
      throw new TypeError(`the fetch handler returned ${describe(response)}; expected a Response`);
    }
    respond(response.status, flatFields(response), await readAhead(response));
  };
  return { kind: 'fetch', handle, manifest: null };
}

class Info implements FetchInfo {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #request: GatewayRequest;

  constructor(request: GatewayRequest) {
    this.remoteAddress = request.remoteAddress;
    this.remotePort = request.remotePort;
    this.#request = request;
  }

  sendEarlyHints(links: string | readonly string[]): void {
    sendEarlyHints(this.#request, links);
  }
}

/** undefined for a request that has no URL: an authority with a port of 99999, or a host that is no name. */
function toFetchRequest(request: GatewayRequest): FetchRequest | undefined {
  const { method } = request;
  const hasContent = request.body.length !== 0 && method !== 'GET' && method !== 'HEAD';
  const init = { method, headers: headerPairs(request), signal: request.signal };
  try {
    if (!hasContent) return new globalThis.Request(absoluteUrl(request), init);
    return new globalThis.Request(absoluteUrl(request), { ...init, ...contentOf(request) });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function contentOf(request: GatewayRequest): { body: Uint8Array | ReadableStream<Uint8Array>; duplex: 'half' } {
  // A copy: the handler may keep the request for longer than the record lives.
  const available = request.body.available;
  if (available !== undefined) return { body: Uint8Array.from(available), duplex: 'half' };
  return { body: ReadableStream.from(request.body), duplex: 'half' };
}

function headerPairs(request: GatewayRequest): [string, string][] {
  const flat = request.rawFields();
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] as string, flat[i + 1] as string]);
  return pairs;
}

/** Another copy of undici makes Responses of another class, hence no instanceof. */
function isFetchResponse(value: unknown): value is FetchResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, body } = value as Partial<FetchResponse>;
  return typeof status === 'number' && typeof headers?.getSetCookie === 'function' && body !== undefined;
}

/** Iterating fetch's Headers gives each Set-Cookie as a line of its own (fetch 5.1). */
function flatFields(response: FetchResponse): string[] {
  const flat: string[] = [];
  for (const [name, value] of response.headers) flat.push(name, value);
  return flat;
}

/**
 * The body in one piece when it is made already, as those of strings and buffers are: then it goes out with a length.
 * Otherwise a stream that begins with what was read. An error before the first piece rejects, so that it can become a 500.
 */
async function readAhead(response: FetchResponse): Promise<ResponseBody> {
  if (response.body === null) return null;
  const reader = (response.body as WebStream<Uint8Array>).getReader();
  const first = await reader.read();
  if (first.done) return null;
  const second = reader.read();
  // The stream below awaits it; until then a failure must not count as unhandled.
  second.catch(() => {});
  const settled = await withinThisTurn(second);
  return settled?.done === true ? first.value : new ReadAheadBody(reader, first, second);
}

/** What the promise gives when it is settled before the event loop goes on, undefined otherwise. */
async function withinThisTurn<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  const { promise: turn, cancel } = nextTurn();
  try {
    return await Promise.race([promise, turn]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}

function nextTurn(): { promise: Promise<undefined>; cancel: () => void } {
  let cancel = (): void => {};
  const promise = new Promise<undefined>((resolve) => {
    const immediate = setImmediate(resolve, undefined);
    cancel = () => clearImmediate(immediate);
  });
  return { promise, cancel };
}

/** A stream of which the first two reads are done. Not a generator: its return() must cancel even before the first next(). */
class ReadAheadBody implements AsyncIterableIterator<Uint8Array> {
  readonly #reader: Reader;
  readonly #ahead: (ReadResult | Promise<ReadResult>)[];

  constructor(reader: Reader, ...ahead: (ReadResult | Promise<ReadResult>)[]) {
    this.#reader = reader;
    this.#ahead = ahead;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await (this.#ahead.shift() ?? this.#reader.read());
    return result.done ? { done: true, value: undefined } : { done: false, value: result.value };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#ahead.length = 0;
    // What the source says to its cancellation interests nobody any more.
    await this.#reader.cancel().catch(() => {});
    return { done: true, value: undefined };
  }
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'object' ? `an instance of ${(value as object).constructor?.name ?? 'a class without name'}` : `a ${typeof value}`;
}
