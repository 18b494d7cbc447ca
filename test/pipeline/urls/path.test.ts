import { describe, expect, expectTypeOf, test } from 'vitest';
import { include, type PathParams, path, rePath, UrlconfError, type View } from '../../../src/index.ts';
import { buildUrlconf, toManifest } from '../../../src/pipeline/urls/urlconf.ts';
import { view } from './helpers.ts';

describe('the types of parameters', () => {
  test('come from the pattern', () => {
    expectTypeOf<PathParams<'blog/<int:year>/<slug:title>/<uuid:id>/<path:rest>'>>().toEqualTypeOf<{
      year: number;
      title: string;
      id: string;
      rest: string;
    }>();
    expectTypeOf<PathParams<'<name>/'>>().toEqualTypeOf<{ name: string }>();
    expectTypeOf<keyof PathParams<'about/'>>().toEqualTypeOf<never>();
  });

  test('reach the view that is written inside path()', () => {
    path('<int:id>/<str:code>/', (_request, params) => {
      expectTypeOf(params).toEqualTypeOf<{ id: number; code: string }>();
      return '';
    });
    // @ts-expect-error: a view that wants a parameter which the pattern does not have
    path('<int:id>/', (_request, { slug }: { slug: string }) => slug);
    // @ts-expect-error: a view that returns nothing
    path('a/', () => {});
    const apart: View = (_request, { id }) => String(id);
    const typed: View<{ id: number }> = (_request, { id }) => String(id.toFixed());
    path('<int:id>/', apart);
    path('<int:id>/', typed);
  });
});

describe('mistakes in a URLconf', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a leading slash', () => path('/a/', view), /begins with "\/", which every path has already/],
    ['an unknown converter', () => path('<float:x>/', view), /unknown converter 'float'; expected int, str/],
    ['a bad name', () => path('<int:1x>/', view), /parameter name '1x'/],
    ['a name that is no name', () => path('<__proto__>/', view), /parameter name '__proto__'/],
    ['white space', () => path('<int: x>/', view), /white space/],
    ['an unclosed parameter', () => path('<int:x/', view), /"<" without its ">"/],
    ['a nested parameter', () => path('<int:<x>>/', view), /"<" without its ">"/],
    ['a stray bracket', () => path('a>/', view), /">" without its "<"/],
    ['a query', () => path('a/?x', view), /"\?" or "#"/],
    ['a name twice', () => path('<int:x>/<str:x>/', view), /the parameter name 'x' twice/],
    ['too many parameters', () => path(Array.from({ length: 17 }, (_, i) => `<p${i}>/`).join(''), view), /more than 16 parameters/],
    ['a view that is undefined', () => path('a/', undefined as never), /path\("a\/"\): the view is undefined; expected a function/],
    ['a list without include', () => path('a/', [] as never), /wrap the list in include/],
    ['an unknown option', () => path('a/', view, { method: 'GET' } as never), /unknown option 'method'/],
    ['an unknown method', () => path('a/', view, { methods: ['get' as never] }), /unknown method "get"/],
    ['no methods', () => path('a/', view, { methods: [] }), /leave it out to take any method/],
    ['a name with a colon', () => path('a/', view, { name: 'a:b' }), /without ":"/],
    ['options on an include', () => path('a/', include([]), { name: 'a' }), /an include takes no options/],
    ['something else in the list', () => include([view as never]), /entry 0 of the URLconf is function; expected path/],
    ['a bad namespace', () => include([], { namespace: 'a:b' }), /namespace/],
    ['a global expression', () => rePath(/a/g, view), /the flags g and y/],
    ['a string as expression', () => rePath('a' as never, view), /expected a RegExp/],
    ['a name used twice', () => buildUrlconf([path('a/', view, { name: 'x' }), path('b/', view, { name: 'x' })]), /'x' is used twice, by "a\/" and by "b\/"/],
    ['a parameter again in an include', () => buildUrlconf([path('<int:x>/', include([path('<int:x>/', view)]))]), /'x' twice \(includes count\)/],
    ['a group named as a parameter', () => buildUrlconf([path('<int:x>/', include([rePath(/(?<x>.)/, view)]))]), /'x' twice/],
  ])('%s is an error that says so', (_what, make, message) => {
    expect(make).toThrow(UrlconfError);
    expect(make).toThrow(message);
  });
});

test('the manifest lists routes in order, with includes joined and namespaces before names', () => {
  function detail(): string {
    return '';
  }
  const inner = [path('<slug:s>/', detail, { name: 'post', methods: ['GET', 'POST'] }), rePath(/^x(?<n>\d)$/, view, { name: 're' })];
  const manifest = toManifest(buildUrlconf([path('', view), path('blog/<int:y>/', include(inner, { namespace: 'blog' }))]), true, 'native');
  expect(manifest).toEqual({
    appendSlash: true,
    unmatched: 'native',
    routes: [
      { pattern: '', opaque: false, methods: null, name: null, view: 'view' },
      { pattern: 'blog/<int:y>/<slug:s>/', opaque: false, methods: ['GET', 'POST', 'HEAD'], name: 'blog:post', view: 'detail' },
      { pattern: 'blog/', opaque: true, methods: null, name: 'blog:re', view: 'view' },
    ],
  });
  expect(structuredClone(manifest)).toEqual(manifest);
});
