import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlainRequest } from '../../../src/gateway/inject/plain-request.ts';
import { include, path, rePath } from '../../../src/index.ts';
import { resolve } from '../../../src/pipeline/urls/resolver.ts';
import { buildUrlconf } from '../../../src/pipeline/urls/urlconf.ts';
import { find, outcome, view } from './helpers.ts';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';

describe('converters', () => {
  test.each([
    ['int', '/a/042/', 42],
    ['int', '/a/9007199254740991/', Number.MAX_SAFE_INTEGER],
    ['int', '/a/9007199254740992/', undefined],
    ['int', '/a/-1/', undefined],
    ['int', '/a/١/', undefined],
    ['str', '/a/x y.z/', 'x y.z'],
    ['str', '/a//', undefined],
    ['str', '/a/x/y/', undefined],
    ['slug', '/a/x-Y_9/', 'x-Y_9'],
    ['slug', '/a/x.y/', undefined],
    ['uuid', `/a/${UUID}/`, UUID],
    ['uuid', `/a/${UUID.toUpperCase()}/`, undefined],
    ['path', '/a/x/y//z/', 'x/y//z'],
    ['path', '/a/x\ny/', undefined],
  ])('<%s:v> of %s is %j', (converter, url, value) => {
    const resolution = find([path(`a/<${converter}:v>/`, view)], url);
    expect(resolution.kind === 'route' ? resolution.params['v'] : undefined).toBe(value);
  });
});

describe('order and methods', () => {
  const patterns = [
    path('x/', view, { name: 'get', methods: ['GET'] }),
    path('x/', view, { name: 'post', methods: ['POST'] }),
    path('<str:any>/', view, { name: 'put', methods: ['PUT'] }),
    path('o/x/', view, { name: 'options', methods: ['OPTIONS', 'GET'] }),
    path('any/x/', view, { name: 'any' }),
  ];

  test.each([
    ['GET', '/x/', 'get'],
    ['HEAD', '/x/', 'get'],
    ['POST', '/x/', 'post'],
    ['PUT', '/x/', 'put'],
    ['OPTIONS', '/o/x/', 'options'],
    ['OPTIONS', '/any/x/', 'any'],
    ['BREW', '/any/x/', 'any'],
    ['get', '/x/', 'method'],
  ])('%s %s gives %s', (method, url, expected) => {
    expect(outcome(patterns, url, method)).toBe(expected);
  });

  test('a method that no entry takes is refused with those of all entries of the path', () => {
    expect(find(patterns, '/x/', 'DELETE')).toEqual({ kind: 'method', allow: 'GET, HEAD, POST, PUT, OPTIONS' });
    expect(find(patterns, '/y/', 'OPTIONS')).toEqual({ kind: 'method', allow: 'PUT, OPTIONS' });
  });

  test('the first entry that matches wins, however general', () => {
    expect(outcome([path('<path:p>', view, { name: 'general' }), path('a/', view, { name: 'exact' })], '/a/')).toBe('general');
  });

  test('the asterisk form matches nothing, not even the root', () => {
    expect(outcome([path('', view)], '*', 'OPTIONS')).toBe('none');
  });
});

describe('appending a slash', () => {
  const patterns = [path('a/', view, { methods: ['POST'] }), path('<path:p>/', view), path('c', view)];

  test.each([
    ['/a', '', '/a/'],
    ['/a', 'x=1&y', '/a/?x=1&y'],
    ['//evil.org', '', '/%2Fevil.org/'],
    ['/é b', '', '/%C3%A9%20b/'],
    ['/a:@&=+$,;', '', '/a:@&=+$,;/'],
    ['/a?b#c%', '', '/a%3Fb%23c%25/'],
  ])('%s?%s goes to %s', (url, query, location) => {
    expect(find(patterns, url, 'GET', query)).toEqual({ kind: 'slash', location });
  });

  test('nothing is appended to a path that matches or has its slash', () => {
    expect(outcome(patterns, '/c')).toBeNull();
    expect(outcome([path('a/', view)], '/b/')).toBe('none');
  });
});

describe('rePath', () => {
  test('named groups are parameters, beside those of the prefix', () => {
    const patterns = [path('<int:a>/', include([rePath(/(?<b>[a-z]+)(?<c>\d)?\.txt$/i, view)]))];
    expect(find(patterns, '/7/XY3.txt')).toMatchObject({ params: { a: 7, b: 'XY', c: '3' } });
    expect(find(patterns, '/7/xy.txt')).toMatchObject({ params: { a: 7, b: 'xy' } });
    expect(outcome(patterns, '/7/-xy.txt')).toBe('none');
  });

  test('without "$" the beginning of the path is enough; matching keeps no position', () => {
    const patterns = [rePath(/^a/, view, { name: 'a' })];
    expect([outcome(patterns, '/ab'), outcome(patterns, '/ab'), outcome(patterns, '/ba')]).toEqual(['a', 'a', 'none']);
  });
});

describe('requests that the front has matched', () => {
  const { routes } = buildUrlconf([path('<int:n>/', view, { name: 'int' }), path('<str:s>/', view, { name: 'str' })]);
  const resolved = (routeId: number, target: string, params: string[] = []): unknown =>
    resolve(routes, new PlainRequest({ target, routeId, params }), true);

  test('take the route by number and the parameters by position', () => {
    expect(resolved(0, '/7/', ['7'])).toMatchObject({ kind: 'route', params: { n: 7 } });
  });

  test('an integer without a JavaScript value falls to the next entry', () => {
    expect(resolved(0, `/${'9'.repeat(20)}/`, ['9'.repeat(20)])).toMatchObject({ params: { s: '9'.repeat(20) } });
  });

  test('what the front did not match is not tried again; what it left open is', () => {
    expect(resolved(-1, '/7/')).toEqual({ kind: 'none' });
    expect(resolved(-2, '/7/')).toMatchObject({ params: { n: 7 } });
  });
});

test('a hostile path against greedy parameters takes bounded time', () => {
  const patterns = [path('<slug:a>-<slug:b>-<slug:c>-<slug:d>-<slug:e>-<slug:f>x', view)];
  const started = performance.now();
  expect(outcome(patterns, `/${'a-'.repeat(500)}`)).toBe('none');
  expect(performance.now() - started).toBeLessThan(2000);
});

/** The same language as one regular expression: what Django does. */
function toExpression(pattern: string): RegExp {
  const classes: Record<string, string> = { int: '[0-9]+', str: '[^/]+', slug: '[-a-zA-Z0-9_]+', path: '[^\\n]+' };
  const source = pattern.replace(/<(\w+):(\w+)>|([^<]+)/g, (_all, converter?: string, name?: string, literal?: string) =>
    literal === undefined ? `(?<${name}>${classes[converter as string]})` : literal.replace(/[.+]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`);
}

test('matching agrees with regular expressions made of the patterns', () => {
  const piece = fc.constantFrom('a', '-', '/', '1', 'b/', '.', '<int>', '<str>', '<slug>', '<path>');
  const pattern = fc
    .array(piece, { maxLength: 6 })
    .map((pieces) => pieces.map((text, index) => text.replace(/<(\w+)>/, `<$1:p${index}>`)).join('').replace(/^\/+/, ''));
  const urls = fc.string({ unit: fc.constantFrom('a', '-', '/', '1', 'b', '.', '\n'), maxLength: 10 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), urls, (patterns, url) => {
      const resolution = find(patterns.map((text, index) => path(text, view, { name: `r${index}` })), `/${url}`);
      const index = patterns.findIndex((text) => toExpression(text).test(url));
      if (index === -1) {
        expect(['none', 'slash']).toContain(resolution.kind);
        const withSlash = patterns.some((text) => toExpression(text).test(`${url}/`));
        expect(resolution.kind === 'slash').toBe(withSlash && !url.endsWith('/') && url !== '');
        return;
      }
      const groups = toExpression(patterns[index] as string).exec(url)?.groups ?? {};
      const texts = Object.entries(groups).map(([name, text]) => [name, (patterns[index] as string).includes(`<int:${name}>`) ? Number(text) : text]);
      expect(resolution).toMatchObject({ kind: 'route', route: { name: `r${index}` }, params: Object.fromEntries(texts) });
    }),
    { numRuns: 3000 },
  );
});
