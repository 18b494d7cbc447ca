import { describe, expect, test } from 'vitest';
import { HttpError, type Middleware, type MiddlewareHooks, render, text, withHooks } from '../../../src/index.ts';
import { run } from '../helpers.ts';

const log: string[] = [];
const layer = (name: string, hooks: MiddlewareHooks): Middleware =>
  withHooks((_request, next) => {
    log.push(`${name} in`);
    const response = next();
    log.push(`${name} out`);
    return response;
  }, hooks);

const templates = { name: 'x', render: (template: string, context: object) => `${template} ${JSON.stringify(context)}` };

describe('view hooks', () => {
  const noting = (name: string, answer?: () => unknown): Middleware =>
    layer(name, { view: (() => (log.push(`${name} view`), answer?.())) as never });

  test('run behind all layers and before the view, the outermost first', async () => {
    log.length = 0;
    const { get } = await run({ middleware: [noting('a'), noting('b')], view: () => (log.push('view'), 'ok') });
    expect((await get('/')).wasSync).toBe(true);
    expect(log).toEqual(['a in', 'b in', 'a view', 'b view', 'view', 'b out', 'a out']);
  });

  test('get the view and its parameters', async () => {
    const seen: unknown[] = [];
    const view = (): string => 'ok';
    const { get } = await run({ view, middleware: [layer('a', { view: (_request, ...rest) => void seen.push(rest) })] });
    await get('/');
    expect(seen).toEqual([[view, {}]]);
  });

  test.each([
    ['at once', () => text('mine', { status: 418 })],
    ['later', async () => text('mine', { status: 418 })],
  ])('answer %s in the place of the view and of later hooks, through every layer', async (_when, answer) => {
    log.length = 0;
    const { get } = await run({ middleware: [noting('a', answer), noting('b')], view: () => (log.push('view'), 'ok') });
    expect(await get('/')).toMatchObject({ status: 418, body: 'mine' });
    expect(log).toEqual(['a in', 'b in', 'a view', 'b out', 'a out']);
  });

  test('may be asynchronous and let the view run', async () => {
    const { get } = await run({ middleware: [noting('a', async () => undefined), noting('b')] });
    expect(await get('/')).toMatchObject({ status: 200, body: 'ok' });
  });

  test('that throw are answered as errors of the view', async () => {
    const refuse = (): never => { throw new HttpError(403); };
    const { get } = await run({ middleware: [noting('a', refuse)] });
    expect((await get('/')).status).toBe(403);
  });

  test('do not run where no view is found', async () => {
    log.length = 0;
    const { get } = await run({ middleware: [noting('a')], unmatched: 'application' });
    expect((await get('/none')).status).toBe(404);
    expect(log).toEqual(['a in', 'a out']);
  });
});

describe('exception hooks', () => {
  const boom = (): never => { throw new Error('boom'); };

  test('run from the inside out until one answers', async () => {
    log.length = 0;
    const noting = (name: string, answers: boolean): Middleware =>
      layer(name, { exception: (_request, error) => (log.push(`${name}: ${(error as Error).message}`), answers ? text('caught', { status: 503 }) : undefined) });
    const { get, errors } = await run({ middleware: [noting('a', true), noting('b', true), noting('c', false)], view: boom });
    expect(await get('/')).toMatchObject({ status: 503, body: 'caught' });
    expect(log.filter((line) => line.includes(':'))).toEqual(['c: boom', 'b: boom']);
    expect(errors).toEqual([]);
  });

  test('that do not answer leave the error as it was', async () => {
    const { get, errors } = await run({ middleware: [layer('a', { exception: () => undefined })], view: async () => boom() });
    expect((await get('/')).status).toBe(500);
    expect(errors).toHaveLength(1);
  });

  test('see the failure of a template', async () => {
    const { get } = await run({
      templates: { name: 'x', render: boom },
      middleware: [layer('a', { exception: (_request, error) => text((error as Error).message) })],
      view: (request) => render(request, 'page'),
    });
    expect((await get('/')).body).toBe('boom');
  });

  test('may answer with a template', async () => {
    const { get } = await run({ templates, view: boom, middleware: [layer('a', { exception: (request) => render(request, 'sorry') })] });
    expect((await get('/')).body).toBe('sorry {}');
  });

  test('that throw are answered with their own error', async () => {
    const fails = (): never => { throw new HttpError(409); };
    const { get } = await run({ view: boom, middleware: [layer('a', { exception: fails })] });
    expect((await get('/')).status).toBe(409);
  });

  test('are not asked about paths without a view', async () => {
    const { get } = await run({ unmatched: 'application', middleware: [layer('a', { exception: () => text('caught') })] });
    expect((await get('/none')).status).toBe(404);
  });
});

describe('template hooks', () => {
  const view = (request: Parameters<typeof render>[0]) => render(request, 'page', shared);
  const shared = { a: 1 };

  test.each([
    ['at once', (change: () => void) => change()],
    ['later', async (change: () => void) => change()],
  ])('change template and context %s, the innermost first, and leave the view\'s object alone', async (_when, wrap) => {
    const adding = (name: string): Middleware =>
      layer(name, { template: (_request, page) => wrap(() => ((page.context['by'] = `${page.context['by'] ?? ''}${name}`), void (page.template = 'other'))) });
    const { get } = await run({ templates, view, middleware: [adding('a'), adding('b')] });
    expect((await get('/')).body).toBe('other {"a":1,"by":"ba"}');
    expect(shared).toEqual({ a: 1 });
  });
});
