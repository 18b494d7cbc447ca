import { describe, expect, it } from 'vitest';
import { meaningOf, type Site } from '../../src/dev/changes.ts';

const site: Site = {
  directory: '/site',
  configFiles: new Set(['/site/fastserve.config.ts', '/site/shared/ports.ts']),
  inputs: new Set(['/site/app.ts', '/site/data/countries.json', '/kit/index.ts']),
  roots: ['/site/public'],
};

describe('a changed file', () => {
  it.each([
    ['the configuration', '/site/fastserve.config.ts', 'restart'],
    ['what the configuration imports', '/site/shared/ports.ts', 'restart'],
    ['a configuration that begins to exist', '/site/fastserve.config.json', 'restart'],
    ['a file of that name elsewhere', '/site/other/fastserve.config.ts', 'reload'],
    ['the application', '/site/app.ts', 'reload'],
    ['data that the code imports', '/site/data/countries.json', 'reload'],
    ['data that it does not', '/site/data/visits.json', 'nothing'],
    ['a database', '/site/site.sqlite', 'nothing'],
    ['source outside of the site', '/kit/index.ts', 'reload'],
    ['code that nothing imports yet', '/site/views/new.ts', 'reload'],
    ['a template', '/site/templates/base.html', 'reload'],
    ['a catalogue', '/site/locale/de/LC_MESSAGES/messages.po', 'reload'],
    ['a style sheet of a static directory', '/site/public/css/site.css', 'styles'],
    ['a script of a static directory', '/site/public/site.js', 'page'],
    ['a page of a static directory', '/site/public/about.html', 'page'],
    ['a style sheet elsewhere', '/site/src/site.css', 'nothing'],
  ])('that is %s', (_what, file, meaning) => {
    expect(meaningOf([file], site)).toBe(meaning);
  });

  it('among others has the strongest meaning', () => {
    expect(meaningOf(['/site/public/a.css', '/site/app.ts', '/site/public/a.js'], site)).toBe('reload');
    expect(meaningOf(['/site/public/a.css', '/site/public/a.js'], site)).toBe('page');
  });

  it('in a site whose directory is served as it is may be code, style or content', () => {
    const whole: Site = { ...site, roots: ['/site'] };
    expect(['/site/app.ts', '/site/site.css', '/site/logo.svg'].map((file) => meaningOf([file], whole))).toEqual(['reload', 'styles', 'page']);
  });
});
