import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCookie, parseCookies, parseCookiesStrictly } from '../../../src/http/cookies/parse.ts';
import { type CookieOptions, formatCookie } from '../../../src/http/cookies/set-cookie.ts';

describe('parseCookies', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1;b=2', { a: '1', b: '2' }],
    ['a="x y"', { a: 'x y' }],
    ['a=b=c', { a: 'b=c' }],
    ['lonely; a=1', { a: '1' }],
    [' a = 1 ;\tb=2;  c="3" ;', { a: '1', b: '2', c: '3' }],
    ['a=;;b', { a: '' }],
    ['a="', { a: '"' }],
    ['=1', {}],
    ['a=%C3%A9', { a: 'é' }],
    ['a=%', { a: '%' }],
    ['__proto__=x', { ['__proto__']: 'x' }],
  ])('%j', (field, expected) => {
    expect([...parseCookies(field)]).toEqual(Object.entries(expected));
  });

  test('the first of two cookies with one name wins', () => {
    expect(parseCookies('a=1; a=2').get('a')).toBe('1');
  });
});

describe('findCookie', () => {
  test('gives what parseCookies() has by that name, for any field and name', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '=', ';', ' ', '\t', '\u00a0', '"', '%41', '%') });
    const name = fc.constantFrom('a', 'b', 'ab', 'aa', 'c', '', ' a', 'a ', 'a=a', 'a;b', '=', ';');
    const agree = fc.property(field, name, (text, wanted) => {
      expect(findCookie(text, wanted)).toBe(parseCookies(text).get(wanted));
    });
    fc.assert(agree, { numRuns: 5000 });
  });

  test('there is none without a field', () => expect(findCookie(undefined, 'a')).toBe(undefined));

  test('a field that repeats the name is passed over once', () => {
    const field = 'a '.repeat(8192) + ';a=1';
    const start = performance.now();
    for (let i = 0; i < 20; i++) expect(findCookie(field, 'a')).toBe('1');
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('parseCookiesStrictly', () => {
  test.each([undefined, 'a=1; b=2', 'a=1;b=2', 'a="x"', 'a=b=c', 'a=', 'a=%C3%A9'])('%j is taken', (field) => {
    expect([...parseCookiesStrictly(field)]).toEqual([...parseCookies(field)]);
  });

  test.each([
    ['a=1; lonely', 'no "=", in the pair at position 4'],
    ['=1', 'a name that is no token, in the pair at position 0'],
    ['a b=1', 'a name that is no token'],
    ['a="x y"', 'a value with a character that cookies have not'],
    ['a=1;;b=2', 'no "=", in the pair at position 4'],
    ['a=\\', 'a value with a character'],
  ])('%j is 400', (field, reason) => {
    expect(() => parseCookiesStrictly(field)).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining(reason) as string }));
  });
});

describe('formatCookie', () => {
  test('all attributes are written', () => {
    const options: CookieOptions = {
      maxAge: 60, expires: new Date(0), path: '/a', domain: 'example.org', secure: true, httpOnly: true, sameSite: 'none', partitioned: true,
    };
    expect(formatCookie('id', 'x', options)).toBe(
      'id=x; Path=/a; Domain=example.org; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None; Partitioned',
    );
  });

  test('any value comes back as it was set', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const pair = formatCookie('a', value).split('; ', 1)[0];
        expect(parseCookies(pair).get('a')).toBe(value);
      }),
    );
  });

  test('a cookie that user agents would drop for its length is refused', () => {
    expect(formatCookie('a', 'x'.repeat(4095))).toContain('xx; Path=/');
    expect(() => formatCookie('a', 'x'.repeat(4096))).toThrow(/more than 4096 bytes/);
    expect(() => formatCookie('a', 'é'.repeat(700))).toThrow(TypeError);
  });

  test.each<[string, CookieOptions, RegExp]>([
    ['a b', {}, /the name must be a token/],
    ['a', { maxAge: 1.5 }, /maxAge/],
    ['a', { expires: new Date(Number.NaN) }, /expires/],
    ['a', { path: '/;x' }, /path/],
    ['a', { path: 'x' }, /path/],
    ['a', { domain: 'a b' }, /domain/],
    ['a', { domain: 'x; secure' }, /domain/],
    ['a', { sameSite: 'None' as never }, /sameSite/],
    ['a', { sameSite: 'none' }, /requires secure/],
    ['a', { partitioned: true }, /requires secure/],
    ['__Secure-a', {}, /requires secure/],
    ['__Host-a', { secure: true, domain: 'x.org' }, /forbids domain/],
    ['__Host-a', { secure: true, path: '/x' }, /requires path/],
    ['a', { httponly: true } as never, /unknown attribute 'httponly'/],
  ])('%s with %j is refused', (name, options, message) => {
    expect(() => formatCookie(name, '', options)).toThrow(message);
  });
});
