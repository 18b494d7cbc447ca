/** What a static mount's values may be. */
import { describe, expect, it } from 'vitest';
import { parseCodings, parsePageName, parsePattern, parseTypePattern } from '../../../src/config/values/static.ts';

describe('a pattern', () => {
  it.each(['*', '**', 'a', '*.[0-9a-f]{8}.*', '*-[A-Za-z0-9_-]{8}.js', 'assets/**', '?{64}', '[!a]', '[]]', '[!]]', '[*]', '[{]', '[a-]', 'grüße.*', '***'])(
    'may be %s',
    (pattern) => {
      expect(parsePattern(pattern)).toBe(pattern);
    },
  );

  it.each(['', '/a', '[', '[]', '[!]', '[a', 'a]', '{js,css}', 'a{2}', '*{2}', '?{0}', '?{65}', '?{x}', '[z-a]', '[ü]', 'a\0', '*'.repeat(201), 7, null])(
    'may not be %j',
    (pattern) => {
      expect(parsePattern(pattern)).toBeUndefined();
    },
  );

  it('that is made to be slow is refused at once', () => {
    expect(parsePattern(`${'*'.repeat(199)}{`)).toBeUndefined();
  });
});

describe('the name of a page', () => {
  it.each(['404.html', 'errors/404.html', 'a b.html'])('may be %s', (name) => {
    expect(parsePageName(name)).toBe(name);
  });

  it.each(['', '/404.html', '../a', 'a/../b', './a', '.hidden', 'a//b', 'a/', 'a\0', 7])('may not be %j', (name) => {
    expect(parsePageName(name)).toBeUndefined();
  });
});

describe('a media type', () => {
  it.each(['text/html', 'text/*', 'application/*+json', 'image/svg+xml', 'application/vnd.ms-fontobject'])('may be %s', (type) => {
    expect(parseTypePattern(type)).toBe(type);
  });

  it.each(['', 'text', 'text/', '/html', '*/*', '*/html', 'text/h*', 'text/*html', 'text/*+', 'text/html; charset=utf-8', 'text /html', 'a/**', 7])('may not be %j', (type) => {
    expect(parseTypePattern(type)).toBeUndefined();
  });
});

describe('codings to compress with', () => {
  it.each([[['br']], [['gzip', 'br', 'zstd']]])('may be %j', (codings) => {
    expect(parseCodings(codings)).toEqual(codings);
  });

  it.each([[[]], [['gzip', 'gzip']], [['deflate']], [['identity']], [true], ['gzip']])('may not be %j', (codings) => {
    expect(parseCodings(codings)).toBeUndefined();
  });
});
