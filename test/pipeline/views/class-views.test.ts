import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { DetailView, FormView, ListView, path, RedirectView, type Request, TemplateView, View } from '../../../src/index.ts';
import { run } from '../helpers.ts';

/** Shows template and context, without the view itself. */
const templates = {
  name: 'x',
  render: (template: string, context: object) => `${template} ${JSON.stringify(context, (key, value: unknown) => (key === 'view' ? undefined : value))}`,
};
const POST = { method: 'POST', fields: ['content-type', 'application/x-www-form-urlencoded'] };
const body = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('View', () => {
  class Greeting extends View {
    greeting = 'Hello';
    get(): string {
      return `${this.greeting} ${String(this.params['name'] ?? this.request.path)}`;
    }
    async post(): Promise<object> {
      return { posted: true };
    }
  }
  const urls = [path('', Greeting.asView(), { name: 'root' }), path('<str:name>/', Greeting.asView({ greeting: 'Bye' }))];

  test('calls the method for that of the request, with request and parameters', async () => {
    const { get } = await run({ urls });
    expect((await get('/')).body).toBe('Hello /');
    expect((await get('/Ada/')).body).toBe('Bye Ada');
    expect((await get('/', { method: 'POST' })).body).toBe('{"posted":true}');
    expect((await get('/', { method: 'HEAD' })).body).toBe('Hello /');
  });

  test('answers other methods with 405 and OPTIONS itself', async () => {
    const { get } = await run({ urls });
    for (const method of ['PUT', 'DISPATCH', 'constructor']) {
      expect(await get('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
    }
    expect(await get('/', { method: 'OPTIONS' })).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
  });

  test('has one instance for each request', async () => {
    class Counter extends View {
      count = 0;
      get(): object {
        return { count: ++this.count };
      }
    }
    const { get } = await run({ view: Counter.asView() });
    expect([(await get('/')).body, (await get('/')).body]).toEqual(['{"count":1}', '{"count":1}']);
  });

  test('is named after its class', () => {
    expect(Greeting.asView().name).toBe('Greeting');
  });

  test.each([{ greetign: 'x' }, { get: () => 'x' }, { request: {} }])('refuses the attribute of %j', (attributes) => {
    expect(() => Greeting.asView(attributes as never)).toThrow(/^Greeting.asView\(\): unknown option/);
  });
});

describe('TemplateView', () => {
  test('renders its template with the path parameters and what it was given', async () => {
    const view = TemplateView.asView({ template: 'about', extraContext: { year: 2024 } });
    const { get } = await run({ templates, urls: [path('<int:id>/', view)] });
    const answer = await get('/7/');
    expect([answer.body, answer.wasSync]).toEqual(['about {"id":7,"year":2024}', true]);
  });

  test('renders what a subclass gives, later too', async () => {
    class Late extends TemplateView {
      override template = 'late';
      protected override async getContext(): Promise<object> {
        return { a: 1 };
      }
    }
    const { get } = await run({ templates, view: Late.asView() });
    expect((await get('/')).body).toBe('late {"a":1}');
  });

  test('without a template says what to set', async () => {
    const { get, errors } = await run({ templates, view: TemplateView.asView() });
    await get('/');
    expect(errors[0]?.message).toMatch(/^TemplateView: template is not set/);
  });
});

describe('RedirectView', () => {
  test.each([
    [{ url: '/new/' }, {}, 302, '/new/'],
    [{ url: '/new/', permanent: true }, {}, 301, '/new/'],
    [{ url: '/new/' }, { method: 'POST' }, 307, '/new/'],
    [{ url: '/new/', permanent: true }, { method: 'DELETE' }, 308, '/new/'],
    [{ routeName: 'new' }, {}, 302, '/new/7/'],
    [{ url: ({ id }: Record<string, string | number>) => `/other/${id}/` }, {}, 302, '/other/7/'],
    [{ url: '/new/', keepQuery: true }, {}, 302, '/new/?a=1'],
    [{ url: '/new/?b', keepQuery: true }, {}, 302, '/new/?b&a=1'],
  ])('%j and %j give %i %s', async (attributes, init, status, location) => {
    const { get } = await run({ urls: [path('old/<int:id>/', RedirectView.asView(attributes)), path('new/<int:id>/', () => 'x', { name: 'new' })] });
    expect(await get('/old/7/?a=1', init)).toMatchObject({ status, headers: { location } });
  });
});

describe('ListView', () => {
  const items = ['a', 'b', 'c'];

  test('lists everything', async () => {
    const { get } = await run({ templates, view: ListView.asView({ source: new Set(items), template: 'list', contextName: 'letters' }) });
    expect((await get('/')).body).toBe('list {"object_list":["a","b","c"],"is_paginated":false,"letters":["a","b","c"]}');
  });

  test('lists one page after the query, from an asynchronous source', async () => {
    class Letters extends ListView<string> {
      override template = 'list';
      override paginateBy = 2;
      protected override async *getItems(): AsyncGenerator<string> {
        yield* items;
      }
    }
    const { get } = await run({ templates, view: Letters.asView() });
    expect((await get('/')).body).toContain('"object_list":["a","b"]');
    expect((await get('/?page=2')).body).toMatch(/"object_list":\["c"\].*"number":2,"pageCount":2.*"is_paginated":true/);
    expect((await get('/?page=last')).body).toContain('"object_list":["c"]');
  });

  test.each(['0', '3', 'x', '-1', ''])('answers 404 for page %j', async (page) => {
    const { get } = await run({ templates, view: ListView.asView({ source: items, template: 'list', paginateBy: 2 }) });
    expect((await get(`/?page=${page}`)).status).toBe(404);
  });

  test.each([undefined, 2])('answers 404 when there is nothing and that is not allowed (paginateBy: %j)', async (paginateBy) => {
    const view = (allowEmpty: boolean) => ListView.asView({ source: [], template: 'list', allowEmpty, paginateBy });
    expect((await (await run({ templates, view: view(false) })).get('/')).status).toBe(404);
    expect((await (await run({ templates, view: view(true) })).get('/')).status).toBe(200);
  });
});

describe('DetailView', () => {
  const find = async ({ id }: Record<string, unknown>) => (id === 7 ? { title: 'seven' } : null);
  const urls = [path('<int:id>/', DetailView.asView({ find, template: 'detail', contextName: 'post' }))];

  test('shows what was found', async () => {
    const { get } = await run({ templates, urls });
    expect((await get('/7/')).body).toBe('detail {"object":{"title":"seven"},"post":{"title":"seven"},"id":7}');
  });

  test('answers 404 for what was not', async () => {
    const { get } = await run({ templates, urls });
    expect((await get('/8/')).status).toBe(404);
  });
});

describe('FormView', () => {
  const schema = v.object({ name: v.pipe(v.string(), v.minLength(2, 'too short')) });
  const attributes = { schema, template: 'form', successUrl: '/thanks/', initial: { name: 'Ada' } };

  test('shows the form with its initial values', async () => {
    const { get } = await run({ templates, view: FormView.asView(attributes) });
    expect(await get('/')).toMatchObject({ status: 200, body: expect.stringMatching(/"values":\{"name":"Ada"\},"errors":\{\},.*"isBound":false/) });
  });

  test('sends on who filled it in', async () => {
    const { get } = await run({ templates, view: FormView.asView(attributes) });
    expect(await get('/', { ...POST, body: body('name=Bob') })).toMatchObject({ status: 303, headers: { location: '/thanks/' } });
  });

  test('shows it again with what was sent and what is wrong', async () => {
    const { get } = await run({ templates, view: FormView.asView(attributes) });
    const answer = await get('/', { ...POST, body: body('name=B') });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/"values":\{"name":"B"\},"errors":\{"name":\["too short"\]\},.*"isBound":true/);
  });

  test('hands a subclass the typed value', async () => {
    class Save extends FormView<{ name: string }> {
      override schema = schema;
      protected override formValid({ name }: { name: string }): string {
        return `saved ${name.toUpperCase()}`;
      }
    }
    const { get } = await run({ templates, view: Save.asView() });
    expect((await get('/', { ...POST, body: body('name=Bob') })).body).toBe('saved BOB');
  });

  test('without a schema says what to set', async () => {
    const { get, errors } = await run({ templates, view: FormView.asView({ template: 'form' }) });
    await get('/', { ...POST, body: body('') });
    expect(errors[0]?.message).toMatch(/^FormView: schema is not set/);
  });
});

test('the type View is still that of functions', async () => {
  const view: View = (request: Request) => request.path;
  expect((await (await run({ view })).get('/')).body).toBe('/');
});
