import { describe, expect, it } from 'vitest';
import { defineApp, inject, path, provides, render, templates } from '../../../src/index.ts';

async function namesOf(sources: Record<string, string>, tags = {}): Promise<string[] | undefined> {
  const engine = templates({ sources, tags });
  await engine.prepare?.({ debug: false, url: () => '', staticUrl: (name) => name, staticIntegrity: () => '' });
  const names = engine.namesRead('page.html');
  return names === undefined ? undefined : [...names].sort();
}

describe('the names that a template reads', () => {
  it('are those of its outputs, conditions, loops, filters and arguments', async () => {
    const source = '{{ a.b }}{% if c and not d %}{% for x in e %}{{ x|default(f) }}{% endfor %}{% endif %}{% with g=h %}{{ g }}{% endwith %}';
    expect(await namesOf({ 'page.html': source })).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'h', 'x']);
  });

  it('are those of parents and of what is included, relative names too', async () => {
    const sources = {
      'page.html': '{% extends "base/root.html" %}{% block main %}{{ a }}{% endblock %}',
      'base/root.html': '{{ title }}{% block main %}{% endblock %}{% include "./foot.html" %}',
      'base/foot.html': '{{ year }}',
    };
    expect(await namesOf(sources)).toEqual(['a', 'title', 'year']);
  });

  it('have the token of {% csrf_token %} among them', async () => {
    expect(await namesOf({ 'page.html': '<form>{% csrf_token %}</form>' })).toEqual(['csrf_token']);
  });

  it('end where templates include each other', async () => {
    expect(await namesOf({ 'page.html': '{% if a %}{% include "other.html" %}{% endif %}', 'other.html': '{{ b }}{% include "page.html" %}' })).toEqual(['a', 'b']);
  });

  it('cannot be told where a template is chosen while rendering, or a tag of the application sees the context', async () => {
    expect(await namesOf({ 'page.html': '{% include part %}' })).toBeUndefined();
    expect(await namesOf({ 'page.html': '{% shout %}' }, { shout: () => 'x' })).toBeUndefined();
  });
});

describe('a context processor that provides names', () => {
  it('runs only for templates that read one of them', async () => {
    let runs = 0;
    const app = defineApp({
      templates: templates({ sources: { 'reads.html': '{{ user }}', 'plain.html': 'plain' } }),
      contextProcessors: [provides(['user'], () => ({ user: `u${++runs}` }))],
      urls: [path('reads', (request) => render(request, 'reads.html')), path('plain', (request) => render(request, 'plain.html'))],
    });
    expect((await inject(app, '/plain')).text()).toBe('plain');
    expect(runs).toBe(0);
    expect((await inject(app, '/reads')).text()).toBe('u1');
  });
});
