/** Which modules the next worker of a development server loads before it is asked. */
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BuiltPart } from '../../src/config/bundle/parts.ts';
import { Ahead, unaffected } from '../../src/dev/ahead.ts';

/** Parts by name: each is made of /src/<name>.ts, and imports others. */
function partsOf(imports: Record<string, string[]>): BuiltPart[] {
  return Object.entries(imports).map(([name, imported]) => ({ file: fileOf(name), sources: [sourceOf(name)], imports: imported.map(fileOf) }));
}
const fileOf = (name: string): string => `/out/${name}.mjs`;
const sourceOf = (name: string): string => `/src/${name}.ts`;
const names = (parts: readonly BuiltPart[]): string[] => parts.map(({ file }) => /(\w+)\.mjs$/.exec(file)?.[1] ?? file);

const SITE = partsOf({ app: ['urls', 'data'], urls: ['home', 'map'], home: ['text', 'data'], map: ['data'], text: [], data: [] });

describe('what is not affected by a source', () => {
  it('is all that neither is made of it nor imports what is, in the order of loading', () => {
    expect(names(unaffected(SITE, new Set([sourceOf('home')])))).toEqual(['text', 'data', 'map']);
    expect(names(unaffected(SITE, new Set([sourceOf('text')])))).toEqual(['data', 'map']);
    expect(names(unaffected(SITE, new Set([sourceOf('data')])))).toEqual(['text']);
  });

  it('is everything when the source belongs to none of the parts', () => {
    expect(names(unaffected(SITE, new Set(['/src/page.html'])))).toEqual(['text', 'data', 'home', 'map', 'urls', 'app']);
  });

  it('is nothing where there are no parts', () => {
    expect(unaffected([], new Set())).toEqual([]);
  });
});

describe('a thread that is started ahead', () => {
  const built = (parts: BuiltPart[]) => ({ url: '', inputs: [], sources: [], parts });
  const urls = (...list: string[]): string[] => list.map((name) => pathToFileURL(fileOf(name)).href);

  it('loads what the sources that were saved last leave alone', () => {
    const ahead = new Ahead();
    ahead.built(built(SITE));
    ahead.saved(new Set([sourceOf('home')]));
    expect(ahead.modules()).toEqual(urls('text', 'data', 'map'));
    ahead.saved(new Set([sourceOf('map')]));
    expect(ahead.modules()).toEqual(urls('text', 'data'));
  });

  it('fits code that has all that it loaded, and no other', () => {
    const ahead = new Ahead();
    ahead.built(built(SITE));
    const loaded = urls('text', 'data');
    expect(ahead.fits(loaded)).toBe(true);
    ahead.built(built(SITE.filter((part) => part.file !== fileOf('data'))));
    expect(ahead.fits(loaded)).toBe(false);
  });
});
