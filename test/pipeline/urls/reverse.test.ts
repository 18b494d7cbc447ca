import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizePath } from '../../../src/gateway/inject/normal-path.ts';
import { defineApp, include, path, ReverseError, rePath, reverse } from '../../../src/index.ts';
import { reverseIn } from '../../../src/pipeline/urls/reverse.ts';
import { buildUrlconf } from '../../../src/pipeline/urls/urlconf.ts';
import { find, view } from './helpers.ts';

const patterns = [
  path('', view, { name: 'home' }),
  path('blog/<int:year>/', include([path('<slug:title>/', view, { name: 'post' })], { namespace: 'blog' })),
  path('tags/<str:tag>/', view, { name: 'tag' }),
  path('files/<path:file>', view, { name: 'file' }),
  path('<path:all>', view, { name: 'all' }),
  rePath(/^re$/, view, { name: 're' }),
];
const urlconf = buildUrlconf(patterns);

describe('reverse', () => {
  test.each([
    ['home', {}, {}, '/'],
    ['blog:post', { year: 2024, title: 'a-b' }, {}, '/blog/2024/a-b/'],
    ['blog:post', { year: '2024', title: 'a', __keywords: 1 }, {}, '/blog/2024/a/'],
    ['tag', { tag: 'a b?é%' }, {}, '/tags/a%20b%3F%C3%A9%25/'],
    ['file', { file: 'a/b c' }, {}, '/files/a/b%20c'],
    ['all', { all: '/evil.org' }, {}, '/%2Fevil.org'],
    ['home', {}, { query: { q: 'a b', page: [1, 2], x: true } }, '/?q=a+b&page=1&page=2&x=true'],
    ['home', {}, { query: {} }, '/'],
  ])('%s with %j and %j', (name, params, options, expected) => {
    expect(reverseIn(urlconf, name, params, options)).toBe(expected);
  });

  test.each([
    ['post', { year: 1, title: 'a' }, /no route of this name; did you mean 'blog:post'\?/],
    ['nothing', {}, /there are: home, blog:post/],
    ['blog:post', { year: 1 }, /the parameter 'title' is missing/],
    ['blog:post', { year: 1, title: 'a/b' }, /'title' is "a\/b", which <slug:title> does not match/],
    ['blog:post', { year: -1, title: 'a' }, /'year'/],
    ['blog:post', { year: 2 ** 53, title: 'a' }, /'year'/],
    ['tag', { tag: '' }, /'tag'/],
    ['tag', { tag: '..' }, /cannot be addressed/],
    ['tag', { tag: 'a\0' }, /'tag'/],
    ['tag', { tag: '\ud800' }, /surrogate/],
    ['home', { x: 1 }, /has no parameter 'x'/],
    ['re', {}, /rePath\(\), whose expression cannot be reversed/],
  ])('%s with %j is an error that says why', (name, params, message) => {
    expect(() => reverseIn(urlconf, name, params)).toThrow(ReverseError);
    expect(() => reverseIn(urlconf, name, params)).toThrow(message);
  });

  test('what is reversed resolves to the same route and parameters', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/[\n\0]/.test(value));
    const segment = text.filter((value) => !value.includes('/') && value !== '.' && value !== '..');
    const target = fc.oneof(
      fc.record({ year: fc.nat(), title: fc.stringMatching(/^[-a-zA-Z0-9_]+$/) }).map((params) => ['blog:post', params] as const),
      fc.record({ tag: segment }).map((params) => ['tag', params] as const),
      fc.record({ file: text.filter((value) => !value.split('/').some((part) => part === '.' || part === '..')) }).map((params) => ['file', params] as const),
    );
    fc.assert(
      fc.property(target, ([name, params]) => {
        const url = reverseIn(urlconf, name, params);
        expect(url).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        const resolution = find(patterns, normalizePath(url) as string);
        expect(resolution).toMatchObject({ kind: 'route', route: { name }, params });
      }),
      { numRuns: 1000 },
    );
  });

  test('the global reverse() speaks of the application that was defined last, app.reverse() of its own', () => {
    const first = defineApp({ urls: [path('one/', view, { name: 'x' })] });
    defineApp({ urls: [path('two/', view, { name: 'x' })] });
    expect([reverse('x'), first.reverse('x')]).toEqual(['/two/', '/one/']);
  });
});
