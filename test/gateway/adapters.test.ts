import { describe, expect, test, vi } from 'vitest';
import { adaptApplication } from '../../src/gateway/adapters/index.ts';
import { nodeListener } from '../../src/gateway/adapters/node.ts';
import type { GatewayApplication, ResponseBody } from '../../src/gateway/contract.ts';
import { PlainRequest, type PlainRequestInit } from '../../src/gateway/inject/plain-request.ts';
import { defineApp, gateway, path } from '../../src/index.ts';

interface Answer {
  status: number;
  fields: unknown;
  body: ResponseBody;
}

async function send(application: GatewayApplication, init: Partial<PlainRequestInit> = {}): Promise<Answer> {
  const answers: Answer[] = [];
  await application.handle(new PlainRequest({ target: '/', fields: ['Host', 'a.org'], ...init }), (status, fields, body) => {
    answers.push({ status, fields, body });
  });
  expect(answers).toHaveLength(1);
  return answers[0] as Answer;
}

async function collect(body: ResponseBody): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const fetchApp = (fetch: (request: globalThis.Request, info: unknown) => unknown): GatewayApplication =>
  adaptApplication({ fetch });

describe('recognising an application', () => {
  test('each form is what it is', () => {
    expect(adaptApplication(defineApp({ urls: [path('', () => '')] })).kind).toBe('pipeline');
    expect(adaptApplication({ fetch: () => new Response() }).kind).toBe('fetch');
    expect(adaptApplication(gateway((_request, respond) => respond(200, [], null))).kind).toBe('raw');
  });

  test('listeners and frameworks are told by their shape', () => {
    const listener = (_request: unknown, _response: unknown): void => {};
    const [express, koa, fastify] = [
      Object.assign((_request: unknown, _response: unknown, _next: unknown) => {}, { use: () => {} }),
      { callback: () => listener, use: () => {} },
      { routing: listener, ready: async () => {}, close: async () => {} },
    ];
    for (const exported of [listener, express, koa, fastify, nodeListener(() => {})]) expect(adaptApplication(exported).kind).toBe('node');
  });

  test('a Fastify instance is made ready at the start and closed at the stop', async () => {
    const calls: string[] = [];
    const instance = { routing: () => {}, ready: async () => calls.push('ready'), close: async () => calls.push('close') };
    const application = adaptApplication(instance);
    await application.start?.();
    await application.stop?.();
    expect(calls).toEqual(['ready', 'close']);
  });

  test('nodeListener() takes only functions', () => {
    expect(() => nodeListener({} as never)).toThrow(/expected a function/);
  });

  test('a pipeline brings its manifest, the others have none', () => {
    expect(adaptApplication(defineApp({ urls: [path('', () => '')] })).manifest?.routes).toHaveLength(1);
    expect(adaptApplication({ fetch: () => new Response() }).manifest).toBeNull();
  });

  test.each<[unknown, RegExp]>([
    [undefined, /^app.ts has no default export; expected an application: defineApp/],
    [null, /is null/],
    [5, /is of type number/],
    [{}, /is an object without properties/],
    [{ urls: [], x: 1 }, /is an object with the properties urls, x; expected an application/],
    [[], /is it the URLconf\? wrap it in defineApp/],
    [() => new Response(), /with 0 parameters, and which form of application.*fetch\(request\).*nodeListener.*gateway/],
    [function handler(_request: unknown) {}, /the function 'handler' with 1 parameters/],
    [Promise.resolve({}), /is a promise. Await it/],
  ])('%s is refused with what was found and expected', (exported, message) => {
    expect(() => adaptApplication(exported, 'app.ts')).toThrow(TypeError);
    expect(() => adaptApplication(exported, 'app.ts')).toThrow(message);
  });

  test('gateway() takes only functions', () => {
    expect(() => gateway({} as never)).toThrow(/expected a function/);
  });
});

test('a raw application is called as it is', async () => {
  const application = adaptApplication(gateway((request, respond) => respond(200, ['x', request.path], 'y')));
  expect(await send(application, { target: '/a' })).toEqual({ status: 200, fields: ['x', '/a'], body: 'y' });
});

describe('a fetch handler', () => {
  test('gets a Request with method, URL, headers, content and signal, and who sent it', async () => {
    const controller = new AbortController();
    let seen: unknown;
    const application = fetchApp(async (request, info) => {
      controller.abort();
      seen = [request.method, request.url, request.headers.get('x-a'), await request.text(), request.signal.aborted, info];
      return new Response('ok');
    });
    await send(application, {
      method: 'POST', target: '/p?q=1', fields: ['Host', 'a.org:81', 'X-A', '1', 'X-A', '2'], body: Buffer.from('hi'),
      scheme: 'https', remoteAddress: '::1', remotePort: 9, signal: controller.signal,
    });
    expect(seen).toEqual(['POST', 'https://a.org:81/p?q=1', '1, 2', 'hi', true, { remoteAddress: '::1', remotePort: 9 }]);
  });

  test('may read content as it arrives', async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      yield Buffer.from('b');
    }
    const application = fetchApp(async (request) => new Response(await request.text()));
    const { body } = await send(application, { method: 'PUT', body: pieces() });
    expect(Buffer.from(body as Uint8Array).toString()).toBe('ab');
  });

  test('answers with status, headers and each cookie on its line', async () => {
    const headers = new Headers({ 'x-a': '1' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const answer = await send(fetchApp(() => new Response(null, { status: 201, headers })));
    expect(answer).toEqual({ status: 201, fields: ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-a', '1'], body: null });
  });

  test.each([['text', 'hello'], ['bytes', new Uint8Array(100_000)], ['JSON', '{}']])('a body of %s is answered in one piece', async (_kind, content) => {
    const { body } = await send(fetchApp(() => new Response(content)));
    expect(body).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(body as Uint8Array)).toEqual(Buffer.from(content as string));
  });

  test('a stream that is not ready goes out in pieces, without waiting for its end', async () => {
    let proceed = (): void => {};
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('first '));
        proceed = () => {
          controller.enqueue(Buffer.from('second'));
          controller.close();
        };
      },
    });
    const { body } = await send(fetchApp(() => new Response(stream)));
    proceed();
    expect(await collect(body)).toBe('first second');
  });

  test.each(['before the first piece', 'after the first piece'])('leaving a stream %s cancels its source', async (when) => {
    const cancel = vi.fn();
    const stream = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('x')), cancel });
    const iterator = ((await send(fetchApp(() => new Response(stream)))).body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    if (when.startsWith('after')) await iterator.next();
    await iterator.return?.();
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('a stream that fails before its first piece rejects, later the stream fails', async () => {
    const early = new ReadableStream({ pull: (controller) => controller.error(new Error('early')) });
    await expect(fetchApp(() => new Response(early)).handle(new PlainRequest({ target: '/' }), () => {})).rejects.toThrow('early');
    let pulls = 0;
    const late = new ReadableStream({
      pull: (controller) => (pulls++ === 0 ? controller.enqueue(Buffer.from('x')) : controller.error(new Error('late'))),
    });
    await expect(collect((await send(fetchApp(() => new Response(late)))).body)).rejects.toThrow('late');
  });

  test('its exceptions and wrong results go to the gateway', async () => {
    const fails = fetchApp(() => { throw new Error('boom'); });
    await expect(fails.handle(new PlainRequest({ target: '/' }), () => {})).rejects.toThrow('boom');
    const wrong = fetchApp(() => 'text');
    await expect(wrong.handle(new PlainRequest({ target: '/' }), () => {})).rejects.toThrow('the fetch handler returned a string; expected a Response');
  });

  test('methods that fetch forbids are 501 and a host that no URL has is 400', async () => {
    const application = fetchApp(() => new Response('ok'));
    expect((await send(application, { method: 'TRACE' })).status).toBe(501);
    expect((await send(application, { fields: ['Host', 'a:99999'] })).status).toBe(400);
  });
});
