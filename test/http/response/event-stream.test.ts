import { afterEach, describe, expect, test, vi } from 'vitest';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { formatEvent, type ServerSentEvent } from '../../../src/http/response/event-format.ts';
import { eventStream, type EventStreamSource } from '../../../src/http/response/event-stream.ts';
import { Request } from '../../../src/http/request.ts';

afterEach(() => void vi.useRealTimers());

/** The body of a stream of these events, and what ends its request. */
function open(source: EventStreamSource, keepAliveMs?: number): { body: AsyncIterableIterator<string>; leave: () => void } {
  const client = new AbortController();
  const request = new Request(new PlainRequest({ target: '/', signal: client.signal }));
  const response = eventStream(request, source, keepAliveMs === undefined ? {} : { keepAliveMs });
  return { body: response.body as AsyncIterableIterator<string>, leave: () => client.abort() };
}

async function* of(...events: (ServerSentEvent | string)[]): AsyncGenerator<ServerSentEvent | string> {
  yield* events;
}

/** Waits for ever, as a subscription without news does, and says when it is stopped. */
function silent(stopped: () => void): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: async () => (stopped(), { done: true, value: undefined }) }) };
}

async function all(body: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of body) pieces.push(piece);
  return pieces;
}

describe('formatEvent', () => {
  test.each<[ServerSentEvent | string, string]>([
    ['hello', 'data: hello\n\n'],
    ['a\nb\r\nc\rd', 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    ['', 'data: \n\n'],
    [{ event: 'news', id: '7', retry: 500, data: { a: 1 } }, 'event: news\nid: 7\nretry: 500\ndata: {"a":1}\n\n'],
    [{ comment: 'x\ny', data: 'z' }, ': x\n: y\ndata: z\n\n'],
    [{ data: null }, 'data: null\n\n'],
    [{ id: '' }, 'id: \n\n'],
  ])('%j', (event, text) => {
    expect(formatEvent(event)).toBe(text);
  });

  test.each([
    { event: 'a\nb' }, { id: 'a\rb' }, { id: 'a\0' }, { retry: 1.5 }, { retry: -1 }, { data: () => 1 }, { date: 'x' }, null, 7,
  ])('%j is a TypeError', (event) => {
    expect(() => formatEvent(event as never)).toThrow(TypeError);
  });
});

describe('eventStream', () => {
  test('sends the events of its source with their type', async () => {
    const request = new Request(new PlainRequest({ target: '/' }));
    const response = eventStream(request, of('a', { id: '1', data: 'b' }), { headers: [['x-own', '1']] });
    expect([...response.headers]).toEqual([['content-type', 'text/event-stream'], ['cache-control', 'no-cache'], ['x-own', '1']]);
    expect(await all(response.body as AsyncIterable<string>)).toEqual(['data: a\n\n', 'id: 1\ndata: b\n\n']);
  });

  test('sends a comment when its source is silent, and the event when it comes', async () => {
    vi.useFakeTimers();
    let give: (event: string) => void = () => {};
    const source = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>((resolve) => (give = (value) => resolve({ done: false, value }))) }) };
    const { body } = open(source, 1000);
    for (let i = 0; i < 2; i++) {
      const next = body.next();
      await vi.advanceTimersByTimeAsync(1000);
      expect(await next).toEqual({ done: false, value: ':\n\n' });
    }
    const next = body.next();
    give('late');
    expect(await next).toEqual({ done: false, value: 'data: late\n\n' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends and stops its source when the client leaves', async () => {
    const stopped = vi.fn();
    const { body, leave } = open(silent(stopped), 0);
    const next = body.next();
    leave();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await body.next()).toEqual({ done: true, value: undefined });
    expect(stopped).toHaveBeenCalledOnce();
  });

  test('tells a source that is a function, also one that cannot be interrupted', async () => {
    let heard = false;
    const { body } = open(async function* (signal) {
      signal.addEventListener('abort', () => (heard = true));
      yield 'first';
      await new Promise(() => {});
    }, 0);
    await body.next();
    void body.next();
    await body.return?.();
    expect(heard).toBe(true);
  });

  test('fails as its source does, and with an event that cannot be written', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'a';
      throw new Error('broken');
    }
    await expect(all(open(failing()).body)).rejects.toThrow('broken');
    const stopped = vi.fn();
    const source = of({ retry: -1 });
    source.return = async () => (stopped(), { done: true, value: undefined });
    await expect(all(open(source).body)).rejects.toThrow('server-sent event: retry is -1');
    expect(stopped).toHaveBeenCalledOnce();
  });

  test('a client that has left before gets nothing', async () => {
    const stopped = vi.fn();
    const gone = new Request(new PlainRequest({ target: '/', signal: AbortSignal.abort() }));
    expect(await all(eventStream(gone, silent(stopped)).body as AsyncIterable<string>)).toEqual([]);
    expect(stopped).toHaveBeenCalledOnce();
  });

  test.each([-1, Number.NaN, Infinity])('a keepAliveMs of %s is a TypeError', (keepAliveMs) => {
    expect(() => open(of(), keepAliveMs)).toThrow(TypeError);
  });
});
