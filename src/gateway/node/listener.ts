/**
 * Runs a Node listener, (request, response) => void, as an application in the raw form. The application's thread.
 */
import type { RawApplication } from '../contract.ts';
import { Exchange, messageClasses } from './exchange.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { DEFAULT_MESSAGES, type MessageSettings } from './message-settings.ts';
import type { ServerResponse } from './server-response.ts';

/** What http.createServer takes. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * The raw form of a listener. What it throws, or what its promise rejects with, is answered with 500 and logged by the
 * gateway; an answer that had begun is cut.
 */
export function runListener(listener: NodeListener, settings: MessageSettings = DEFAULT_MESSAGES): RawApplication {
  const classes = messageClasses(settings);
  return (request, respond) => {
    const exchange = new Exchange(request, respond, classes);
    let result: unknown;
    try {
      result = listener(exchange.incoming, exchange.response);
    } catch (error) {
      exchange.fail(error);
      throw error;
    }
    if (exchange.state === 'answered' && !isPromise(result)) return;
    watch(exchange);
    const outcome = exchange.outcome();
    if (isPromise(result)) result.then(undefined, (error: unknown) => exchange.fail(error));
    return outcome;
  };
}

/** Exchanges that their listener left open in this turn of the event loop. */
let watched: Exchange[] = [];

/**
 * Tells the exchange when its client leaves. An abort signal costs as much as a small answer, and most answers that are not
 * there when the listener returns are there within the turn: so it is made for those that are still open behind it.
 */
function watch(exchange: Exchange): void {
  if (watched.push(exchange) === 1) setImmediate(watchSignals);
}

function watchSignals(): void {
  const exchanges = watched;
  watched = [];
  for (const exchange of exchanges) {
    if (exchange.isOver) continue;
    const { signal } = exchange.request;
    if (signal.aborted) exchange.abort();
    else signal.addEventListener('abort', () => exchange.abort(), { once: true });
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
