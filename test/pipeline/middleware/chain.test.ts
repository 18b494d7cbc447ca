import { describe, expect, test } from 'vitest';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { HttpError, type Middleware, Request, text } from '../../../src/index.ts';
import { run } from '../helpers.ts';

describe('the onion', () => {
  const log: string[] = [];
  const sync = (name: string): Middleware => (_request, next) => {
    log.push(`${name} in`);
    const response = next();
    log.push(`${name} out`);
    return response;
  };
  const async = (name: string): Middleware => async (_request, next) => {
    log.push(`${name} in`);
    const response = await next();
    log.push(`${name} out`);
    return response;
  };

  test.each([
    ['synchronous', [sync('a'), sync('b')]],
    ['asynchronous', [async('a'), async('b')]],
    ['outside asynchronous', [async('a'), sync('b')]],
  ])('%s layers run from the outside in and back', async (_kind, middleware) => {
    log.length = 0;
    const { get } = await run({ middleware, view: () => (log.push('view'), 'ok') });
    await get('/');
    expect(log).toEqual(['a in', 'b in', 'view', 'b out', 'a out']);
  });

  test('is answered before handle returns when no layer is asynchronous', async () => {
    const { get } = await run({ middleware: [sync('a'), sync('b')] });
    expect((await get('/')).wasSync).toBe(true);
    const later = await run({ middleware: [async('a')] });
    expect((await later.get('/')).wasSync).toBe(false);
  });

  test('a layer that answers itself keeps the inner ones from running', async () => {
    let ran = false;
    const { get } = await run({ middleware: [() => text('mine', { status: 418 })], view: () => ((ran = true), 'ok') });
    expect(await get('/')).toMatchObject({ status: 418, body: 'mine' });
    expect(ran).toBe(false);
  });

  test('a layer may change the response', async () => {
    const { get } = await run({
      middleware: [async (_request, next) => {
        const response = await next();
        response.headers.set('x-layer', '1');
        return response;
      }],
    });
    expect((await get('/')).headers).toMatchObject({ 'x-layer': '1', 'content-type': 'text/html; charset=utf-8' });
  });

  test('a layer may hand on another request', async () => {
    const { get } = await run({
      middleware: [(_request, next) => next(new Request(new PlainRequest({ target: '/other' })))],
      unmatched: 'application',
      errorHandlers: { 404: (request) => text(request.path) },
    });
    expect(await get('/')).toMatchObject({ status: 404, body: '/other' });
  });

  test('the match is there before the view is found, and for the error pages none', async () => {
    const seen: unknown[] = [];
    const { get } = await run({ middleware: [(request, next) => (seen.push(request.resolverMatch), next())] });
    await get('/');
    await get('/none');
    expect(seen).toEqual([{ name: 'root', pattern: '', namespaces: [], params: {} }, null]);
  });
});

describe('an exception becomes a response before the layer outside sees it', () => {
  const thrower = (when: string, error: unknown): Middleware => {
    if (when === 'before') return () => { throw error; };
    if (when === 'after') return (_request, next) => { next(); throw error; };
    if (when === 'rejecting') return () => Promise.reject(error);
    return async (_request, next) => { await next(); throw error; };
  };
  const fail = (error: unknown) => (): never => { throw error; };
  const sources: [string, (error: unknown) => Parameters<typeof run>[0]][] = [
    ['a middleware before next()', (error) => ({ middleware: [thrower('before', error)] })],
    ['a middleware after next()', (error) => ({ middleware: [thrower('after', error)] })],
    ['a rejecting middleware', (error) => ({ middleware: [thrower('rejecting', error)] })],
    ['an asynchronous middleware', (error) => ({ middleware: [thrower('late', error)] })],
    ['a view', (error) => ({ view: fail(error) })],
    ['an asynchronous view', (error) => ({ view: async () => fail(error)() })],
  ];

  test.each(sources)('%s', async (_source, options) => {
    for (const [error, status, logged] of [[new Error('x'), 500, 1], [new HttpError(409, 'taken'), 409, 0], ['text', 500, 1]] as const) {
      const seen: number[] = [];
      const inner = options(error);
      const outer: Middleware = async (_request, next) => {
        const response = await next();
        seen.push(response.status);
        return response;
      };
      const { get, errors } = await run({ ...inner, middleware: [outer, ...(inner.middleware ?? [])] });
      expect((await get('/')).status).toBe(status);
      expect(seen).toEqual([status]);
      expect(errors).toHaveLength(logged);
    }
  });

  test.each([
    ['nothing', () => undefined],
    ['a promise of nothing', async () => undefined],
  ])('a middleware that returns %s is named', async (_what, timing) => {
    Object.defineProperty(timing, 'name', { value: 'timing' });
    const { get, errors } = await run({ middleware: [(_request, next) => next(), timing as never] });
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toBe("middleware 'timing' (index 1) returned undefined; return the response of next()");
  });
});
