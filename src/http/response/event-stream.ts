/**
 * Server-sent events (WHATWG HTML 9.2): a stream of messages that EventSource understands. Belongs to the request's thread.
 *
 * DESIGN: the source is asked for one event at a time, when the client has taken the last ones. While it has none, a comment
 * is sent every keepAliveMs, so that nobody in between takes the connection for dead. The stream ends when the source does, when
 * the client leaves, and when the gateway stops it; a source that is a function hears of it through its signal, because a
 * generator that waits cannot be stopped from outside.
 */
import { defineHead } from '../../gateway/contract.ts';
import { formatEvent, KEEP_ALIVE, type ServerSentEvent } from './event-format.ts';
import type { Request } from '../request.ts';
import { Response, type ResponseInit } from '../response.ts';

type Events = AsyncIterable<ServerSentEvent | string>;

/** Events as they come, a text being one with this data; or a function that makes them until its signal aborts. */
export type EventStreamSource = Events | ((signal: AbortSignal) => Events);

/** What eventStream() takes beside its source. */
export interface EventStreamOptions extends ResponseInit {
  /** Milliseconds of silence before a comment is sent; 15,000 by default, 0: never. */
  keepAliveMs?: number;
}

const EVENT_STREAM = defineHead(['content-type', 'text/event-stream', 'cache-control', 'no-cache']);
const KEEP_ALIVE_MS = 15_000;
/** setTimeout takes no more. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Answers with events. A client that comes back after a loss says the last id that it has seen in the field Last-Event-ID.
 * TypeError for a keepAliveMs that is no time; the stream fails with one for an event that cannot be written.
 */
export function eventStream(request: Request, source: EventStreamSource, options: EventStreamOptions = {}): Response {
  const { keepAliveMs = KEEP_ALIVE_MS, ...init } = options;
  if (!(keepAliveMs >= 0 && keepAliveMs <= MAX_MS)) {
    throw new TypeError(`eventStream(): keepAliveMs is ${String(keepAliveMs)}; expected milliseconds, 0 or more`);
  }
  return new Response(new EventStream(request.signal, source, keepAliveMs), init, EVENT_STREAM);
}

/** What the source has answered and nobody has taken yet. */
type Settled = { result: IteratorResult<ServerSentEvent | string> } | { error: unknown };

class EventStream implements AsyncIterableIterator<string> {
  readonly #events: AsyncIterator<ServerSentEvent | string>;
  readonly #keepAliveMs: number;
  readonly #leave = new AbortController();
  readonly #client: AbortSignal;
  #isAsked = false;
  #settled: Settled | null = null;
  #isClosed = false;
  #wake: (() => void) | null = null;

  constructor(client: AbortSignal, source: EventStreamSource, keepAliveMs: number) {
    this.#keepAliveMs = keepAliveMs;
    this.#client = client;
    const events = typeof source === 'function' ? source(this.#leave.signal) : source;
    this.#events = events[Symbol.asyncIterator]();
    if (client.aborted) this.#close();
    else client.addEventListener('abort', this.#close, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event as text, or a comment when there is none for too long. */
  async next(): Promise<IteratorResult<string>> {
    if (!this.#isAsked && !this.#isClosed) this.#ask();
    if (this.#settled === null && !this.#isClosed) await this.#settledOrSilent();
    if (this.#isClosed) return { done: true, value: undefined };
    if (this.#settled === null) return { done: false, value: KEEP_ALIVE };
    return this.#take(this.#settled);
  }

  async return(): Promise<IteratorResult<string>> {
    this.#close();
    return { done: true, value: undefined };
  }

  #take(settled: Settled): IteratorResult<string> {
    this.#settled = null;
    this.#isAsked = false;
    try {
      if ('error' in settled) throw settled.error;
      if (settled.result.done !== true) return { done: false, value: formatEvent(settled.result.value) };
    } catch (error) {
      this.#close();
      throw error;
    }
    this.#close();
    return { done: true, value: undefined };
  }

  #ask(): void {
    this.#isAsked = true;
    const settle = (settled: Settled): void => {
      this.#settled = settled;
      this.#wake?.();
    };
    this.#events.next().then((result) => settle({ result }), (error: unknown) => settle({ error }));
  }

  /** Until the source has answered, the stream is closed, or keepAliveMs are over. */
  async #settledOrSilent(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#keepAliveMs > 0) timer = setTimeout(resolve, this.#keepAliveMs);
    });
    this.#wake = null;
    clearTimeout(timer);
  }

  readonly #close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#client.removeEventListener('abort', this.#close);
    this.#leave.abort();
    this.#wake?.();
    // Not awaited: a generator answers only when what it waits for has come. What it says then interests nobody.
    void Promise.resolve(this.#events.return?.()).catch(() => {});
  };
}
