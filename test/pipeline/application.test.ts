import { describe, expect, test } from 'vitest';
import { PlainRequest } from '../../src/gateway/inject/plain-request.ts';
import { defineApp, HttpError, html, json, NotFound, path, render, text } from '../../src/index.ts';
import { run } from './helpers.ts';

const view = (): string => 'ok';

describe('a request through the pipeline', () => {
  test('reaches the view with typed parameters as second argument and in the request', async () => {
    const { get } = await run({ urls: [path('<int:id>/<str:x>/', (request, params) => [params, request.params, request.resolverMatch?.pattern])] });
    expect((await get('/7/y/')).body).toBe('[{"id":7,"x":"y"},{"id":7,"x":"y"},"<int:id>/<str:x>/"]');
  });

  test('that the front has matched goes by its route id', async () => {
    const { get } = await run({ urls: [path('a/', view), path('<int:id>/', (_request, { id }) => `${typeof id} ${id}`)] });
    expect((await get('/anything', { routeId: 1, params: ['42'] })).body).toBe('number 42');
  });

  test('without a match is 404, with another method 405, with OPTIONS 204, without its slash a redirect', async () => {
    const { get } = await run({ urls: [path('a/', view, { methods: ['GET'] })] });
    expect(await get('/b')).toMatchObject({ status: 404, body: '404 Not Found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(await get('/a/', { routeId: -1 })).toMatchObject({ status: 404 });
    expect(await get('/a/', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    expect(await get('/a/', { method: 'OPTIONS' })).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS' }, body: null });
    expect(await get('/a?x')).toMatchObject({ status: 301, headers: { location: '/a/?x' } });
    expect(await get('/a', { method: 'POST' })).toMatchObject({ status: 308, headers: { location: '/a/' } });
  });

  test('appendSlash: false makes it 404', async () => {
    const { get, application } = await run({ urls: [path('a/', view)], appendSlash: false });
    expect((await get('/a')).status).toBe(404);
    expect(application.manifest?.appendSlash).toBe(false);
  });

  test('a response that the gateway refuses is reported and answered with 500', async () => {
    const { application, errors } = await run({ view: () => Object.assign(text('x'), { status: 1000 }) });
    const statuses: number[] = [];
    await application.handle(new PlainRequest({ target: '/' }), (status) => {
      statuses.push(status);
      if (status > 599) throw new TypeError('status');
    });
    expect(statuses).toEqual([1000, 500]);
    expect(errors).toHaveLength(1);
  });
});

describe('errors', () => {
  const boom = (): never => { throw new Error('secret'); };

  test('a 500 is reported with its stack and shows nothing', async () => {
    const { get, errors } = await run({ view: boom });
    expect(await get('/')).toMatchObject({ status: 500, body: '500 Internal Server Error\n' });
    expect(errors[0]?.stack).toMatch(/secret[\s\S]*boom/);
  });

  test('development shows the stack', async () => {
    const { get } = await run({ view: boom, errorHandlers: { 500: () => 'page' } }, true);
    expect((await get('/')).body).toMatch(/Error: secret\n.*boom/);
  });

  test('an HttpError below 500 is answered with its message and headers and not reported', async () => {
    const { get, errors } = await run({ view: () => { throw new HttpError(429, 'slowly', { headers: { 'retry-after': '9' } }); } });
    expect(await get('/')).toMatchObject({ status: 429, body: 'slowly\n', headers: { 'retry-after': '9' } });
    expect(errors).toEqual([]);
  });

  test('an HttpError from 500 on is reported', async () => {
    const { get, errors } = await run({ view: () => { throw new HttpError(503, 'later'); } });
    expect(await get('/')).toMatchObject({ status: 503, body: 'later\n' });
    expect(errors).toHaveLength(1);
  });

  test.each([['BodyTooLargeError', 413], ['BodyAbortedError', 400]])('the gateway\'s %s is a %i', async (name, status) => {
    const { get, errors } = await run({ view: () => { throw Object.assign(new Error('x'), { name }); } });
    expect((await get('/')).status).toBe(status);
    expect(errors).toEqual([]);
  });

  test('the handler of a status makes the page, which takes the status unless it has one', async () => {
    const { get } = await run({
      view: () => { throw new NotFound('no such thing'); },
      errorHandlers: { 404: (request, error) => ({ path: request.path, message: error.message }) },
    });
    expect(await get('/')).toMatchObject({ status: 404, body: '{"path":"/","message":"no such thing"}' });
    const own = await run({ view: () => { throw new NotFound(); }, errorHandlers: { 404: () => html('gone', { status: 410 }) } });
    expect(await own.get('/')).toMatchObject({ status: 410, body: 'gone' });
  });

  test('a page for 405 keeps Allow', async () => {
    const { get } = await run({ urls: [path('', view, { methods: ['GET'] })], errorHandlers: { 405: () => 'no' } });
    expect(await get('/', { method: 'PUT' })).toMatchObject({ status: 405, body: 'no', headers: { allow: 'GET, HEAD, OPTIONS' } });
  });

  test('a handler may render and be asynchronous', async () => {
    const { get } = await run({
      view: boom,
      templates: { name: 'x', render: async (template) => `page ${template}` },
      errorHandlers: { 500: async (request) => render(request, '500.html') },
    });
    expect(await get('/')).toMatchObject({ status: 500, body: 'page 500.html' });
  });

  test.each([
    ['throws', () => { throw new Error('again'); }],
    ['rejects', () => Promise.reject(new Error('again'))],
    ['returns nothing', () => undefined as never],
    ['renders without templates', (request: never) => render(request, 'x')],
  ])('a handler that %s gives the constant page, and both errors are reported', async (_how, handler) => {
    const { get, errors } = await run({ view: boom, errorHandlers: { 500: handler as never } });
    expect(await get('/')).toMatchObject({ status: 500, body: '500 Internal Server Error\n' });
    expect(errors).toHaveLength(2);
  });
});

describe('the life of an application', () => {
  test('start prepares the templates, then runs onStart; stop runs onStop', async () => {
    const log: string[] = [];
    const { application } = await run({
      templates: { name: 'x', prepare: () => void log.push('prepare'), render: () => '' },
      onStart: async () => void log.push('start'),
      onStop: () => void log.push('stop'),
    });
    await application.stop?.();
    expect(log).toEqual(['prepare', 'start', 'stop']);
  });

  test('a failing onStart fails the start', async () => {
    await expect(run({ onStart: () => Promise.reject(new Error('no database')) })).rejects.toThrow('no database');
  });
});

describe('defineApp', () => {
  test('unmatched paths go to the application when it has a page for them or asks for them', () => {
    const urls = [path('', view)];
    expect(defineApp({ urls }).manifest.unmatched).toBe('native');
    expect(defineApp({ urls, errorHandlers: { 404: () => json({}) } }).manifest.unmatched).toBe('application');
    expect(defineApp({ urls, errorHandlers: { 404: () => json({}) }, unmatched: 'native' }).manifest.unmatched).toBe('native');
  });

  test.each<[unknown, RegExp]>([
    [undefined, /expected an object such as/],
    [{}, /urls is undefined; expected an array of path/],
    [{ urls: [1] }, /entry 0 of the URLconf is number/],
    [{ urls: [], middlewares: [] }, /unknown option 'middlewares'; expected one of urls, middleware/],
    [{ urls: [], middleware: [undefined] }, /middleware\[0\] is undefined; expected a function/],
    [{ urls: [], middleware: () => 1 }, /middleware is function.*; expected an array of functions/],
    [{ urls: [], contextProcessors: [{}] }, /contextProcessors\[0\] is an object/],
    [{ urls: [], templates: {} }, /templates is an object; expected a template engine/],
    [{ urls: [], errorHandlers: { 200: view } }, /key '200'; expected a status from 400 to 599/],
    [{ urls: [], errorHandlers: { 404: 'x' } }, /errorHandlers\[404\] is string x; expected a function/],
    [{ urls: [], appendSlash: 1 }, /appendSlash is number 1; expected true or false/],
    [{ urls: [], unmatched: 'x' }, /unmatched is string x; expected 'native' or 'application'/],
    [{ urls: [], onStart: 1 }, /onStart is number 1; expected a function/],
  ])('%j is refused', (options, message) => {
    expect(() => defineApp(options as never)).toThrow(message);
  });
});
