/** The example site, run without a socket: its pages, its JSON, and every link that a visitor can follow. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'fastserve';
import { describe, expect, it } from 'vitest';
import './atlas-data.ts';
import app from '../../examples/atlas/app.ts';
import { countries, regions } from '../../examples/atlas/data.ts';
import { dataDirectory } from '../../examples/atlas/dataset.ts';
import { countryMap } from '../../examples/atlas/geography/maps.ts';
import { cleanQuery, search } from '../../examples/atlas/search.ts';
import { suggestCountries } from '../../examples/atlas/suggestions.ts';
import { highlight } from '../../examples/atlas/text.ts';

const publicDirectory = fileURLToPath(new URL('../../examples/atlas/public/', import.meta.url));

async function page(url: string, status = 200): Promise<string> {
  const response = await inject(app, url);
  expect(`${response.status} ${url}`).toBe(`${status} ${url}`);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  return response.text();
}

async function apiAnswer<Value>(url: string, status = 200): Promise<Value> {
  const response = await inject(app, url);
  expect(`${response.status} ${url}`).toBe(`${status} ${url}`);
  expect(response.headers.get('content-type')).toBe('application/json');
  return response.json<Value>();
}

/** Values of href and src, HTML entities undone, without fragments and other sites. */
function linksIn(html: string): string[] {
  const found = [...html.matchAll(/\b(?:href|src)="([^"]*)"/g)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
  return found.map((link) => link.replace(/#.*$/, '')).filter((link) => link !== '' && !link.startsWith('https://'));
}

/** The file that a static mount would send, null for a path that is the application's. */
function fileOf(path: string): string | null {
  if (path.startsWith('/static/')) return join(publicDirectory, path.slice('/static/'.length));
  if (path.startsWith('/flags/')) return join(dataDirectory, path.slice('/flags/'.length));
  return null;
}

describe('pages', () => {
  it('shows every region with its count on the home page', async () => {
    const html = await page('/');
    for (const region of regions) {
      expect(html).toContain(`href="/regions/${region.slug}/"`);
      expect(html).toMatch(new RegExp(`>${region.name}</span>\\s*<span class="region-count">${region.countries.length}<`));
    }
  });

  it('lists every country of a region under its subregion', async () => {
    const html = await page('/regions/oceania/');
    for (const part of ['Australia and New Zealand', 'Melanesia', 'Micronesia', 'Polynesia']) expect(html).toContain(part);
    expect(html.match(/class="card-name"/g)).toHaveLength(27);
  });

  it('shows names, facts, neighbours and a map on a country page', async () => {
    const html = await page('/countries/deu/');
    for (const text of ['Federal Republic of Germany', 'Bundesrepublik Deutschland', 'Berlin', '357,114 km²', '+49', '.de', 'Euro']) {
      expect(html).toContain(text);
    }
    expect(html).toContain('alt="Flag of Germany"');
    expect(html).toContain('href="/countries/lux/"');
    expect(html).toMatch(/<svg class="map"[^>]*aria-label="Map of Germany/);
  });

  it('redirects other spellings of a code to the lower-case three letters', async () => {
    for (const code of ['DEU', 'de', 'Deu']) {
      const response = await inject(app, `/countries/${code}/`);
      expect([code, response.status, response.headers.get('location')]).toEqual([code, 301, '/countries/deu/']);
    }
  });

  it('marks the section that a page belongs to', async () => {
    expect(await page('/regions/asia/')).toContain('href="/regions/asia/" class="region-asia" aria-current="page"');
  });

  it('names the licence of the data on every page', async () => {
    for (const url of ['/', '/regions/asia/', '/countries/jpn/', '/search/']) expect(await page(url)).toContain('Open Database License');
  });

  it('reaches every country from the home page, and every link on the way answers', async () => {
    const seen = new Set(['/']);
    const broken: string[] = [];
    for (const url of seen) {
      const response = await inject(app, url);
      const location = response.headers.get('location');
      // What only members may do asks visitors to log in; that page is looked at once.
      if (location?.startsWith('/account/login/') === true) seen.add('/account/login/');
      else if (response.status !== 200) broken.push(`${response.status} ${url}`);
      if (response.headers.get('content-type')?.startsWith('text/html') !== true) continue;
      for (const link of linksIn(response.text())) {
        const target = new URL(link, `http://atlas${url}`);
        const file = fileOf(target.pathname);
        if (file === null) seen.add(target.pathname + target.search);
        else if (!existsSync(file)) broken.push(`${link} on ${url}`);
      }
    }
    expect(broken).toEqual([]);
    expect(countries.filter(({ slug }) => !seen.has(`/countries/${slug}/`))).toEqual([]);
  }, 60_000);
});

describe('search', () => {
  it('finds a country by its name in another language and says where', async () => {
    const html = await page('/search/?q=Allemagne');
    expect(html).toContain('In French: <bdi lang="fr"><mark>Allemagne</mark></bdi>');
    expect(html).toContain('href="/countries/deu/"');
  });

  it('ignores case and accents and marks the letters as they are written', () => {
    expect(search('ALAND')[0]?.name).toEqual([{ text: 'Åland', marked: true }, { text: ' Islands', marked: false }]);
    expect(highlight('Straße', 'ss')).toEqual([{ text: 'Stra', marked: false }, { text: 'ß', marked: true }, { text: 'e', marked: false }]);
  });

  it('puts an exact name or code before names that only contain it', () => {
    expect(search('niger').slice(0, 2).map((hit) => hit.country.code)).toEqual(['NER', 'NGA']);
    expect(search('in')[0]?.country.code).toBe('IND');
  });

  it('offers examples before anything was asked', async () => {
    expect(await page('/search/')).toContain('?q=Deutschland');
  });

  it('says so when nothing is found and suggests what is close', async () => {
    const html = await page('/search/?q=Swedn');
    expect(html).toContain('Nothing is called “Swedn”');
    expect(html).toContain('href="/countries/swe/"');
  });

  it('escapes what was asked', async () => {
    const html = await page('/search/?q=%3Cscript%3E%22');
    expect(html).not.toContain('<script>"');
    expect(html).toContain('&lt;script&gt;&quot;');
  });

  it('looks at a bounded part of a long question', async () => {
    expect(cleanQuery(`  a \n b ${'x'.repeat(500)}`)).toHaveLength(60);
    expect(await page(`/search/?q=${'x'.repeat(500)}`)).toContain('Only the first 60 characters');
  });
});

describe('maps', () => {
  it('has something to see for every country', () => {
    const empty = countries.filter((country) => {
      const { subjects } = countryMap(country);
      return subjects.length !== 1 || (subjects[0]?.path === '' && subjects[0].marker === null);
    });
    expect(empty).toEqual([]);
  });

  it('keeps countries across the 180th meridian in one piece', () => {
    // Drawn on a plain grid of longitudes they would span the whole width, with their parts at both edges.
    const widest = (code: string) => {
      const country = countries.find((candidate) => candidate.code === code);
      const path = country === undefined ? '' : (countryMap(country).subjects[0]?.path ?? '');
      const starts = [...path.matchAll(/M(-?[\d.]+)/g)].map(([, x]) => Number(x));
      return { least: Math.min(...starts), most: Math.max(...starts), gaps: biggestGap(starts) };
    };
    for (const code of ['FJI', 'RUS', 'NZL']) {
      const { least, most, gaps } = widest(code);
      expect([code, least >= -10, most <= 810, gaps < 400]).toEqual([code, true, true, true]);
    }
  });

  it('draws only numbers that a browser can read', () => {
    for (const code of ['USA', 'ATA', 'KIR', 'UNK', 'VAT']) {
      const country = countries.find((candidate) => candidate.code === code);
      for (const land of country === undefined ? [] : countryMap(country).subjects) {
        expect(land.path).not.toMatch(/NaN|Infinity|e/);
      }
    }
  });
});

function biggestGap(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce((widest, value, index) => Math.max(widest, value - (sorted[index - 1] ?? value)), 0);
}

describe('JSON API', () => {
  interface List {
    count: number;
    countries: { code: string; region: string; url: string; flag: string }[];
  }

  it('lists all countries, or those of one region', async () => {
    expect((await apiAnswer<List>('/api/countries/')).count).toBe(250);
    const { count, countries: found } = await apiAnswer<List>('/api/countries/?region=antarctic');
    expect(count).toBe(5);
    expect(new Set(found.map(({ region }) => region))).toEqual(new Set(['Antarctic']));
  });

  it('searches and limits', async () => {
    const { count, countries: found } = await apiAnswer<List>('/api/countries/?q=united&limit=2');
    expect(count).toBeGreaterThan(2);
    expect(found.map(({ url }) => url)).toEqual(['/countries/are/', '/countries/gbr/']);
  });

  it('refuses a region or a limit that is none', async () => {
    for (const query of ['region=atlantis', 'limit=0', 'limit=ten', 'limit=251']) await apiAnswer(`/api/countries/?${query}`, 400);
  });

  it('gives one country with its neighbours', async () => {
    const country = await apiAnswer<{ code: string; neighbours: string[] }>('/api/countries/prt/');
    expect(country).toMatchObject({ code: 'PRT', neighbours: ['ESP'] });
  });

  it('answers 404 as JSON', async () => {
    expect(await apiAnswer('/api/countries/zzz/', 404)).toEqual({ error: 'not found' });
    expect(await apiAnswer('/api/nothing/', 404)).toEqual({ error: 'not found' });
  });
});

describe('errors and fields', () => {
  it('suggests the closest countries on a 404 page', async () => {
    for (const url of ['/countries/germny/', '/nowhere/germani', '/Deutschland']) {
      expect(await page(url, 404)).toContain('href="/countries/deu/"');
    }
  });

  it('answers who wants JSON more than a page in JSON, and says what the form was chosen by', async () => {
    for (const [accept, type] of [
      ['application/json', 'application/json'],
      ['text/html;q=0.5, application/json', 'application/json'],
      ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
      ['*/*', 'text/html; charset=utf-8'],
    ] as const) {
      const { status, headers } = await inject(app, { url: '/nowhere/', headers: { accept } });
      expect([accept, status, headers.get('content-type')]).toEqual([accept, 404, type]);
      expect(headers.get('vary')).toContain('Accept');
    }
  });

  it('suggests nothing for a path that is like no name', () => {
    expect(suggestCountries('/wp-login.php')).toEqual([]);
  });

  it('lets pages load only what is their own', async () => {
    for (const url of ['/', '/countries/zzz/', '/api/countries/']) {
      const { headers } = await inject(app, url);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('has no inline style or script, which the policy would block', async () => {
    for (const url of ['/', '/countries/deu/', '/regions/asia/', '/search/?q=a', '/zzz']) {
      const html = (await inject(app, url)).text();
      expect(html).not.toMatch(/\sstyle="|<style|\son\w+="|<script(?![^>]*\ssrc=)/);
    }
  });

  it('tells how long the view took', async () => {
    expect((await inject(app, '/')).headers.get('server-timing')).toMatch(/^view;dur=\d+\.\d\d$/);
  });

  it('takes only GET and HEAD for a search', async () => {
    expect((await inject(app, { method: 'POST', url: '/search/' })).status).toBe(405);
  });
});
