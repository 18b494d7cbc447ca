import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { nunjucks, path, render, Request, TemplateError } from '../../../src/index.ts';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { run } from '../helpers.ts';

const root = mkdtempSync(join(tmpdir(), 'fastserve-templates-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

/** A directory with these templates. */
function templates(files: Record<string, string>): string {
  const directory = join(root, String(folders++));
  mkdirSync(directory);
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), source);
  }
  return directory;
}

const site = templates({
  'base.html': '<title>{% block title %}base{% endblock %}</title>{% block body %}{% endblock %}',
  'page.html': '{% extends "base.html" %}{% block title %}{{ name }} - {{ super() }}{% endblock %}{% block body %}{% include "parts/foot.html" %}{% endblock %}',
  'parts/foot.html': '<i>{{ name | shout }}{{ site }}</i>',
  'link.html': '{{ url("post", id=7) }} {{ url("post", {id: 8}) }}',
  'missing.html': 'line 1\n{{ nobody }}',
  'throws.html': 'line 1\nline 2\n{{ boom() }}',
  'outer.html': '\n\n\n{% include "throws.html" %}',
});
const engine = nunjucks({ directory: site, globals: { site: '!' }, filters: { shout: (text: string) => text.toUpperCase() } });
const pages = async (template: string, context: object = {}, debug = false) =>
  run({ templates: engine, urls: [path('', (request) => render(request, template, context)), path('p/<int:id>/', () => '', { name: 'post' })] }, debug);

describe('nunjucks templates', () => {
  test('inheritance, includes, filters, globals and escaping work', async () => {
    const { get } = await pages('page.html', { name: '<a>' });
    expect(await get('/')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<title>&lt;a&gt; - base</title><i>&lt;A&gt;!</i>',
      wasSync: true,
    });
  });

  test('url() reverses with named arguments or an object', async () => {
    expect((await (await pages('link.html')).get('/')).body).toBe('/p/7/ /p/8/');
  });

  test('an undefined name is empty in production and an error in development', async () => {
    expect((await (await pages('missing.html')).get('/')).body).toBe('line 1\n');
    const { get, errors } = await pages('missing.html', {}, true);
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toMatch(/template 'missing.html', line 2: .*undefined/);
  });

  test('an error names template and line, also inside an include', async () => {
    const boom = (): never => { throw new Error('bang'); };
    const direct = await pages('throws.html', { boom });
    await direct.get('/');
    expect(direct.errors[0]).toBeInstanceOf(TemplateError);
    expect(direct.errors[0]?.message).toBe("template 'throws.html', line 3: Error: bang");
    const nested = await pages('outer.html', { boom });
    await nested.get('/');
    expect(nested.errors[0]?.message).toBe("template 'throws.html', line 3: Error: bang (rendering 'outer.html')");
  });

  test('an included template that does not compile is a 500 of its request alone', async () => {
    const directory = templates({ 'a.html': '{% include "part.inc" %}', 'part.inc': 'a\n{% if %}', 'b.html': '{% extends "part.inc" %}' });
    for (const name of ['a.html', 'b.html', 'part.inc']) {
      const { get, errors } = await run({ templates: nunjucks({ directory }), view: (request) => render(request, name) });
      expect((await get('/')).status).toBe(500);
      expect(errors[0]?.message).toMatch(/unexpected token: %}/);
    }
  });

  test('a template that is not there is a 500 that names it', async () => {
    const { get, errors } = await pages('none.html');
    expect((await get('/')).status).toBe(500);
    expect(errors[0]?.message).toMatch(/template 'none.html': .*not found/);
  });

  test('templates are compiled at the start, so that a syntax error fails it', async () => {
    const directory = templates({ 'ok.html': 'x', 'bad.html': 'a\n{% if %}' });
    await expect(run({ templates: nunjucks({ directory }) })).rejects.toThrow(/template 'bad.html', line 2/);
  });

  test('templates come from a file: URL as well, and hidden files are left alone', async () => {
    const directory = templates({ 'a.html': 'A', '.hidden/bad.html': '{% if %}', 'image.bin': '{% if %}' });
    const { get } = await run({ templates: nunjucks({ directory: pathToFileURL(directory) }), view: (request) => render(request, 'a.html') });
    expect((await get('/')).body).toBe('A');
  });

  test.each([
    [{ directory: '' }, /directory is empty/],
    [{ directory: new URL('http://a/') }, /directory is http/],
    [{ directory: 'a', dir: 'b' }, /unknown option 'dir'/],
    [{ directory: 'a', filters: { f: async () => 1 } }, /filter 'f' is asynchronous/],
    [{ directory: 'a', filters: { f: 1 } }, /filter 'f' is of type number/],
  ])('%j is refused', (options, message) => {
    expect(() => nunjucks(options as never)).toThrow(message);
  });

  test('a directory that does not exist fails the start', async () => {
    await expect(run({ templates: nunjucks({ directory: join(root, 'none') }) })).rejects.toThrow(/cannot be read; does it exist/);
  });
});

describe('render', () => {
  test('runs the context processors once, and only for a response that is rendered', async () => {
    let calls = 0;
    const { get } = await run({
      templates: { name: 'json', render: (template, context) => `${template} ${JSON.stringify(context)}` },
      contextProcessors: [(request) => ({ path: request.path, a: 1, n: ++calls }), async () => ({ b: 2 })],
      urls: [path('', (request) => render(request, 't', { a: 3 }, { status: 203 })), path('plain/', () => 'x')],
    });
    expect(await get('/')).toMatchObject({ status: 203, body: 't {"path":"/","a":3,"n":1,"b":2}' });
    await get('/plain/');
    expect(calls).toBe(1);
  });

  test('an engine may be asynchronous, and its failure is a 500', async () => {
    const late = (body: () => string) => ({ name: 'late', render: async () => body() });
    const good = await run({ templates: late(() => 'page'), view: (request) => render(request, 't') });
    expect(await good.get('/')).toMatchObject({ status: 200, body: 'page' });
    const bad = await run({ templates: late(() => { throw new Error('no'); }), view: (request) => render(request, 't') });
    expect((await bad.get('/')).status).toBe(500);
    expect(bad.errors).toHaveLength(1);
  });

  test('middlewares see the finished page', async () => {
    const bodies: unknown[] = [];
    const { get } = await run({
      templates: { name: 'x', render: () => 'page' },
      view: (request) => render(request, 't'),
      middleware: [async (_request, next) => {
        const response = await next();
        bodies.push(response.body, response.deferred);
        return response;
      }],
    });
    await get('/');
    expect(bodies).toEqual(['page', null]);
  });

  test('without templates or outside of an application the error says what is missing', async () => {
    const { get, errors } = await run({ view: (request) => render(request, 't.html') });
    await get('/');
    expect(errors[0]?.message).toMatch(/render\('t.html'\): defineApp\(\) was given no templates/);
    expect(() => render(new Request(new PlainRequest({ target: '/' })), 't.html')).toThrow(/belongs to no application/);
  });
});
