/**
 * What every engine must do, run over all of them. An engine whose package is not installed is skipped.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { eta, nunjucks, path, render, type TemplateEngine, TemplateError, templates } from '../../../src/index.ts';
import { run } from '../helpers.ts';

interface Subject {
  readonly name: string;
  readonly isInstalled: boolean;
  readonly make: (directory: string | URL) => TemplateEngine;
  /** The suite's templates in the engine's language. */
  readonly files: Readonly<Record<'page.html' | 'layout.html' | 'part.html' | 'link.html' | 'throws.html' | 'raw.html' | 'loop.html', string>>;
  /** Whether the line of an error is known without development. */
  readonly knowsLines: boolean;
}

const LENT = { debug: false, url: () => '', staticUrl: (name: string) => name, staticIntegrity: () => '' };
const root = mkdtempSync(join(tmpdir(), 'fastserve-engines-'));
afterAll(() => rmSync(root, { recursive: true }));

const JINJA = {
  'layout.html': '<title>{% block title %}base{% endblock %}</title>{% block body %}{% endblock %}',
  'page.html': '{% extends "layout.html" %}{% block title %}{{ name }}{% endblock %}{% block body %}{% include "part.html" %}{% endblock %}',
  'part.html': '<i>{{ name }}</i>',
  'link.html': '{{ url("post", {id: 7}) }}',
  'throws.html': 'line 1\n{{ boom() }}',
  'raw.html': '{{ name|safe }}',
  'loop.html': '{% for x in list %}{{ x }};{% endfor %}',
};
const ETA = {
  'layout.html': '<title><%= it.title %></title><%~ it.body %>',
  'page.html': '<% layout("layout.html", { title: it.name }) %><%~ include("part.html", it) %>',
  'part.html': '<i><%= it.name %></i>',
  'link.html': '<%= it.url("post", { id: 7 }) %>',
  'throws.html': 'line 1\n<%= it.boom() %>',
  'raw.html': '<%~ it.name %>',
  'loop.html': '<% it.list.forEach((x) => { %><%= x %>;<% }) %>',
};

const isInstalled = async (name: string): Promise<boolean> => import(name).then(() => true, () => false);

const SUBJECTS: readonly Subject[] = [
  { name: 'fastserve', isInstalled: true, make: (directory) => templates({ directory }), files: JINJA, knowsLines: true },
  { name: 'nunjucks', isInstalled: await isInstalled('nunjucks'), make: (directory) => nunjucks({ directory }), files: JINJA, knowsLines: true },
  { name: 'eta', isInstalled: await isInstalled('eta'), make: (directory) => eta({ directory }), files: ETA, knowsLines: false },
];

describe.each(SUBJECTS)('the engine $name', ({ name, isInstalled: installed, make, files, knowsLines }) => {
  const directory = join(root, name);
  mkdirSync(directory);
  for (const [file, source] of Object.entries(files)) writeFileSync(join(directory, file), source);
  const pages = (template: string, context: object = {}) =>
    run({ templates: make(directory), urls: [path('', (request) => render(request, template, context)), path('p/<int:id>/', () => '', { name: 'post' })] });
  const text = async (template: string, context: object = {}): Promise<string> => {
    const { get } = await pages(template, context);
    const { body } = await get('/');
    return String(body);
  };

  test.runIf(installed)('names itself', () => {
    expect(make(directory).name).toBe(name);
  });

  test.runIf(installed)('renders a layout with an include at once, and escapes', async () => {
    const { get } = await pages('page.html', { name: '<&>' });
    expect(await get('/')).toMatchObject({ status: 200, wasSync: true, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(await text('page.html', { name: '<&>' })).toBe('<title>&lt;&amp;&gt;</title><i>&lt;&amp;&gt;</i>');
  });

  test.runIf(installed)('does not escape what is said to be safe', async () => {
    expect(await text('raw.html', { name: '<b>é漢😀' })).toBe('<b>é漢😀');
  });

  test.runIf(installed)('loops', async () => {
    expect(await text('loop.html', { list: [1, 'b'] })).toBe('1;b;');
  });

  test.runIf(installed)('reverses routes', async () => {
    expect(await text('link.html')).toBe('/p/7/');
  });

  test.runIf(installed)('makes a TemplateError of what a template throws', async () => {
    const boom = (): never => { throw new Error('bang'); };
    const { get, errors } = await pages('throws.html', { boom });
    expect((await get('/')).status).toBe(500);
    expect(errors[0]).toBeInstanceOf(TemplateError);
    expect(errors[0]?.message).toMatch(/throws\.html.*bang/);
    if (knowsLines) expect(errors[0]).toMatchObject({ template: 'throws.html', line: 2 });
  });

  test.runIf(installed)('names a template that is not there', async () => {
    const { get, errors } = await pages('none.html');
    expect((await get('/')).status).toBe(500);
    expect(errors[0]).toBeInstanceOf(TemplateError);
    expect(errors[0]?.message).toMatch(/none\.html/);
  });

  test.runIf(installed)('takes its directory as a file: URL', async () => {
    const engine = make(pathToFileURL(`${directory}/`));
    await engine.prepare?.(LENT);
    expect(String(await engine.render('raw.html', { name: 'x' }))).toBe('x');
  });

  test.runIf(installed)('does not render before it was prepared', () => {
    expect(() => make(directory).render('raw.html', {})).toThrow(/has not been started/);
  });

  test('refuses a directory that is none', () => {
    expect(() => make('')).toThrow(/directory is empty/);
    expect(() => make(new URL('http://a/'))).toThrow(/directory is http/);
  });

  test.runIf(!installed)('says which package is missing', async () => {
    // Vite, which resolves for these tests, puts something that throws in the place of an optional peer.
    await expect(make(directory).prepare?.(LENT)).rejects.toThrow(new RegExp(`the package ${name} (?:is not installed; run: npm install ${name}|does not load)`));
  });
});
