/** References in stylesheets and scripts: what counts as one, where it stands, what it means. */
import { describe, expect, it } from 'vitest';
import { escapeForStylesheet, findReferences, languageOf, replaceReferences } from '../../src/assets/references.ts';

const urlsIn = (language: 'css' | 'js', text: string): string[] => findReferences(language, text).map(({ url }) => url);

describe('a stylesheet', () => {
  it.each([
    ['url(a.png)', 'a.png'],
    ['url( "a.png" )', 'a.png'],
    ["url('a b.png')", 'a b.png'],
    ['URL(a.png)', 'a.png'],
    ['@import "a.css";', 'a.css'],
    ["@IMPORT 'a.css' screen;", 'a.css'],
    ['@import url(a.css) layer(x);', 'a.css'],
    ['@font-face { src: local("x"), url("f.eot?#iefix") format("e") }', 'f.eot?#iefix'],
    ['/*# sourceMappingURL=a.css.map */', 'a.css.map'],
    [String.raw`url(a\ b\28 1\29.png)`, 'a b(1).png'],
    [String.raw`url("\61 .png")`, 'a.png'],
    [String.raw`url(\0000611\62)`, 'a1b'],
  ])('refers by %s', (text, url) => {
    expect(urlsIn('css', text)).toEqual([url]);
  });

  it.each([
    ['a comment', '/* url(a.png) */'],
    ['a comment without an end', 'a {} /* url(a.png)'],
    ['a string', '.x::after { content: "url(a.png)" }'],
    ['a variable', 'url(var(--x))'],
    ['another function', 'my-url(a.png) image-url(b.png)'],
    ['a string cut by the line', 'content: "url(\n'],
  ])('does not refer in %s', (_what, text) => {
    expect(urlsIn('css', text)).toEqual([]);
  });

  it('gives up an endless URL at once', () => {
    expect(urlsIn('css', `url(${String.raw`\aaaaaaa`.repeat(100_000)}`)).toEqual([]);
  });

  it('has the line of each', () => {
    const found = findReferences('css', '@import "a.css";\n\n.x { background: url(b.png), url(c.png) }\r\n.y { background: url(\nd.png) }');
    expect(found.map(({ url, line }) => [url, line])).toEqual([['a.css', 1], ['b.png', 3], ['c.png', 3], ['d.png', 5]]);
  });

  it('keeps everything but the URLs when they are replaced', () => {
    const text = '@import "a.css" print; /* url(a.css) */ .x { background: URL( "b.png" ) }';
    expect(replaceReferences(text, findReferences('css', text), ['A.css', undefined])).toBe('@import "A.css" print; /* url(a.css) */ .x { background: URL( "b.png" ) }');
    expect(replaceReferences(text, findReferences('css', text), ['A.css', 'B.png'])).toBe('@import "A.css" print; /* url(a.css) */ .x { background: URL( "B.png" ) }');
  });

  it('reads back what was escaped', () => {
    for (const url of ['a b.png', 'a(1).png', '"quoted".png', 'back\\slash', 'tab\t.png']) {
      expect(urlsIn('css', `url(${escapeForStylesheet(url)})`)).toEqual([url]);
    }
  });
});

describe('a script', () => {
  it('refers to its source map, by the last line that names one', () => {
    expect(urlsIn('js', 'f();\n//# sourceMappingURL=old.map\ng();\n//# sourceMappingURL=new.map\n')).toEqual(['new.map']);
    expect(urlsIn('js', '//@ sourceMappingURL=a.map')).toEqual(['a.map']);
  });

  it('refers by nothing else', () => {
    expect(urlsIn('js', 'import "./b.js"; const x = "//# sourceMappingURL=a.map"; url(a.png)')).toEqual([]);
  });
});

describe('the language of a file', () => {
  it('follows from its name', () => {
    expect(['a.css', 'a.CSS', 'a.js', 'a.mjs', 'a.cjs', 'a.json', 'css', 'a.css.map'].map(languageOf)).toEqual(['css', 'css', 'js', 'js', 'js', undefined, undefined, undefined]);
  });
});
