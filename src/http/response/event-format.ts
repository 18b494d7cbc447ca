/**
 * The text of server-sent events (WHATWG HTML 9.2.5). Any thread.
 */

export interface ServerSentEvent {
  /** What listeners of the client are called for; "message" without it. */
  event?: string;
  /** A text, of several lines if need be; anything else is sent as JSON. */
  data?: unknown;
  /** What the client repeats as Last-Event-ID when it comes back. */
  id?: string;
  /** Milliseconds that the client waits before it comes back. */
  retry?: number;
  /** For people who look at the stream; clients ignore it. */
  comment?: string;
}

const KNOWN = new Set(['event', 'data', 'id', 'retry', 'comment']);
const LINE_END = /\r\n|\r|\n/;

/** A comment without text. */
export const KEEP_ALIVE = ':\n\n';

/** TypeError for a name that is unknown, an event or id that would break the stream, and data without a JSON form. */
export function formatEvent(event: ServerSentEvent | string): string {
  if (typeof event === 'string') return `${lines('data', event)}\n`;
  check(event);
  const { event: type, data, id, retry, comment } = event;
  let text = comment === undefined ? '' : lines('', comment);
  if (type !== undefined) text += `event: ${type}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  if (retry !== undefined) text += `retry: ${retry}\n`;
  if (data !== undefined) text += lines('data', textOf(data));
  return `${text}\n`;
}

function check(event: ServerSentEvent): void {
  if (typeof event !== 'object' || event === null) {
    fail(`expected a text or an object such as { data }, got ${event === null ? 'null' : typeof event}`);
  }
  for (const name of Object.keys(event)) {
    if (!KNOWN.has(name)) fail(`unknown name '${name}'; expected one of ${[...KNOWN].join(', ')}`);
  }
  const { event: type, id, retry } = event;
  if (type !== undefined && LINE_END.test(type)) fail(`the event ${JSON.stringify(type.slice(0, 80))} holds a line break`);
  if (id !== undefined && (LINE_END.test(id) || id.includes('\0'))) {
    fail(`the id ${JSON.stringify(id.slice(0, 80))} holds a line break or "\\0"`);
  }
  if (retry !== undefined && !(Number.isSafeInteger(retry) && retry >= 0)) {
    fail(`retry is ${String(retry)}; expected whole milliseconds`);
  }
}

function lines(name: string, text: string): string {
  return text.split(LINE_END).map((line) => `${name}: ${line}\n`).join('');
}

function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  const json = JSON.stringify(data) as string | undefined;
  return json ?? fail(`data of type ${typeof data} has no JSON form`);
}

function fail(message: string): never {
  throw new TypeError(`server-sent event: ${message}`);
}
