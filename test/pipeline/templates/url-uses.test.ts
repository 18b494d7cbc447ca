/** {% url %} and url() against the URLconf, when the application starts. */
import { describe, expect, test } from 'vitest';
import { defineApp, include, inject, path, rePath, render, templates } from '../../../src/index.ts';

const urls = [
  path('', (request) => render(request, 'page.html', { id: 7, given: { id: 7 } }), { name: 'home' }),
  path('posts/<int:id>/', () => 'post', { name: 'post' }),
  path('blog/', include([path('<int:year>/<slug:title>/', () => 'entry', { name: 'entry' })], { namespace: 'blog' })),
  rePath(/old\/(?<id>\d+)\//, () => 'old', { name: 'old' }),
];

const start = async (source: string, globals = {}) =>
  (await inject(defineApp({ urls, templates: templates({ sources: { 'page.html': source }, globals }) }), '/')).text();

describe('uses that can never succeed fail the start, with file, line and a pointer', () => {
  test.each<[string, string]>([
    ["\n{% url 'pots' 1 %}", "page.html:2:1 there is no route 'pots'; did you mean 'post'?"],
    ["{{ url('entry', { year: 1, title: 'x' }) }}", "page.html:1:4 there is no route 'entry'; did you mean 'blog:entry'?"],
    ["{% url 'post' %}", `page.html:1:1 the route 'post' is "/posts/<int:id>/": the parameter 'id' is missing`],
    ["{% url 'post' 1 2 %}", `page.html:1:1 the route 'post' is "/posts/<int:id>/": it takes 1 parameter, not 2`],
    ["{% url 'home' 1 %}", `page.html:1:1 the route 'home' is "/": it takes no parameters, not 1`],
    ["{% url 'post' pk=1 id=2 %}", `page.html:1:1 the route 'post' is "/posts/<int:id>/": it has no parameter 'pk'`],
    ["{{ url('post', { pk: id }) }}", `page.html:1:4 the route 'post' is "/posts/<int:id>/": the parameter 'id' is missing`],
    ["{{ url('blog:entry', [1]) }}", `page.html:1:4 the route 'blog:entry' is "/blog/<int:year>/<slug:title>/": it takes 2 parameters, not 1`],
    ["{% url 'post' 1 id=2 %}", 'page.html:1:1 parameters are given by place or by name, not both'],
    ["{% url 'old' 1 %}", "page.html:1:1 the route 'old' is a rePath(), whose expression cannot be reversed; use path() instead"],
    ["{% if false %}<a href=\"{% url 'nowhere' %}\">{% endif %}", "page.html:1:24 there is no route 'nowhere'"],
  ])('%s', async (source, message) => {
    await expect(start(source)).rejects.toThrow(message);
  });
});

describe('uses that may succeed are left to the rendering', () => {
  test.each<[string, string]>([
    ["{% url 'post' id %}|{% url 'post' id=id %}|{{ url('post', { id: id }) }}|{{ url('post', given) }}", '/posts/7/|/posts/7/|/posts/7/|/posts/7/'],
    ["{% with name='post' %}{% url name id %}{% endwith %}", '/posts/7/'],
    ["[{% url 'nowhere' as link %}{{ link }}]", '[]'],
    ['{% macro url(name) %}{{ name }}{% endmacro %}{{ url("mine") }}', 'mine'],
  ])('%s', async (source, text) => {
    expect(await start(source)).toBe(text);
  });

  test('so is a function "url" of the application', async () => {
    expect(await start("{{ url('mine') }}", { url: (name: string) => `/${name}` })).toBe('/mine');
  });
});
